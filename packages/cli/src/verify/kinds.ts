// What of the probe is deployed: the functions of each kind of trigger that a platform can start.
import { platforms } from "@faasade/platforms";
import type { Platform, TriggerKind } from "@faasade/platforms/shared/platform";
import { CommandFailure, exitCodes } from "../exit-code.ts";

/** A queue has no way in from outside but a function that sends. */
const functionsOf: Readonly<Record<TriggerKind, readonly string[]>> = {
  http: ["dress", "echo", "read-json", "refuse", "shared", "show"],
  object: ["take-object"],
  message: ["send-letter", "take-letter"],
  call: ["answer"],
  schedule: ["tick"],
};

const everyKind = Object.keys(functionsOf) as TriggerKind[];

/** @throws {CommandFailure} for a word that is none of them. */
export function parseKinds(words: string): readonly TriggerKind[] {
  const kinds = words.split(",").map((word) => word.trim());
  const unknown = kinds.find((kind) => !everyKind.some((one) => one === kind));
  if (unknown !== undefined)
    throw new CommandFailure(
      exitCodes.usage,
      `Cannot verify "${unknown}": nothing is started so. Say some of ${everyKind.join(",")}.`,
    );
  return kinds as TriggerKind[];
}

/** Of those that were asked for, or of all, the ones that the platform starts functions by, with its own drivers. */
export async function kindsOn(
  name: string,
  asked: readonly TriggerKind[] = everyKind,
): Promise<readonly TriggerKind[]> {
  const platform = await platforms[name]?.();
  const served = Object.values(platform?.packagings ?? {})[0]?.triggers ?? [];
  return asked.filter((kind) => platform && served.includes(kind) && isSupported(platform, kind));
}

function isSupported({ triggers, drivers }: Platform, kind: TriggerKind): boolean {
  const support =
    kind === "object"
      ? triggers.object[drivers["object-store"] ?? ""]
      : kind === "message"
        ? triggers.message[drivers["queue"] ?? ""]
        : triggers[kind];
  return support !== undefined && support.how !== "unsupported";
}

export function functionsFor(kinds: readonly TriggerKind[]): readonly string[] {
  return kinds.flatMap((kind) => functionsOf[kind]);
}
