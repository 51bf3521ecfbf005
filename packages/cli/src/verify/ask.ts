// Asks a probe everything that its stage can be asked: over its URL, and through its stores, queues, calls and due times.
import type { StageClient } from "@faasade/deploy";
import type { TriggerKind } from "@faasade/platforms/shared/platform";
import type { EventKind, ProbeStage, Told } from "@faasade/platforms/shared/probe-events";
import type { CaseOutcome } from "@faasade/platforms/shared/probe-run";
import { CommandFailure, exitCodes } from "../exit-code.ts";

export interface Asking {
  readonly url: string;
  readonly platform: string | undefined;
  readonly kinds: readonly TriggerKind[];
  /** Absent where only the URL is known: requests alone are asked then. */
  readonly client?: StageClient;
  /** Told of each case as it ends. */
  readonly ended: (outcome: CaseOutcome) => void;
}

export async function askProbe({
  url,
  platform,
  kinds,
  client,
  ended,
}: Asking): Promise<readonly CaseOutcome[]> {
  if (!/^https?:\/\/[^/]/.test(url) || !URL.canParse(url))
    throw new CommandFailure(
      exitCodes.usage,
      `Cannot ask ${url}: write its origin, such as https://probe.example.org.`,
    );
  const { differencesOf } = await import("@faasade/platforms/shared/probe");
  const { runCases, runEventCases } = await import("@faasade/platforms/shared/probe-run");
  const { clientOf } = await import("@faasade/platforms/shared/probe-client");
  const send = clientOf(url.replace(/\/$/, ""));
  const cases: CaseOutcome[] = [];
  const take = (outcome: CaseOutcome): void => {
    cases.push(outcome);
    ended(outcome);
  };
  if (kinds.includes("http")) for await (const one of runCases(send, differencesOf(platform))) take(one);
  if (client === undefined) return cases;
  const events = new Set(kinds.filter((kind): kind is EventKind => kind !== "http"));
  const stage: ProbeStage = {
    send,
    putObject: async (key, body) => void (await (await client.store("probe-inbox")).put(key, body)),
    told: async (key) =>
      (await (await (await client.store("probe-told")).get(key))?.json()) as Told | undefined,
    call: (data) => client.invoke("answer", data),
    deadLetters: () => client.deadLetters(),
  };
  for await (const one of runEventCases(stage, events)) take(one);
  return cases;
}
