// faasade chaos: injects what platforms do on bad days, to see that functions stand it.

import type { Chaos } from "@faasade/local/control";
import type { Command } from "commander";
import { CommandFailure, exitCodes } from "../exit-code.ts";
import { addExamples } from "../help.ts";
import { runningWorld } from "../here.ts";
import { formatDuration, print, printJson } from "../output.ts";
import { parseDuration, parseShare } from "../parse.ts";

interface ChaosOptions {
  readonly duplicate?: number;
  readonly delay?: number;
  readonly crash?: number;
  readonly off?: true;
  readonly json?: true;
}

export default function defineChaos(command: Command): void {
  command
    .option("--duplicate <share>", "deliver so many events twice, such as 20%", parseShare)
    .option("--delay <duration>", "hold deliveries back, each by up to this long", parseDuration)
    .option("--crash <share>", "kill the app's process in so many deliveries", parseShare)
    .option("--off", "no faults")
    .option("--json", 'for machines: {"duplicate":…,"delaySeconds":…,"crash":…}')
    .action(applyChaos);
  command.addHelpText("after", "\nWithout options it shows what is set. What is not named stays as it is.");
  addExamples(command, [
    ["chaos --duplicate 20% --delay 2s --crash 5%", "a bad day"],
    ["chaos --off", "a good one"],
  ]);
}

async function applyChaos({ duplicate, delay, crash, off, json }: ChaosOptions): Promise<void> {
  const change = {
    ...(duplicate === undefined ? {} : { duplicate }),
    ...(delay === undefined ? {} : { delaySeconds: delay }),
    ...(crash === undefined ? {} : { crash }),
  };
  const changes = Object.keys(change).length > 0;
  if (off && changes)
    throw new CommandFailure(
      exitCodes.usage,
      "Cannot inject faults and turn them off: leave out --off or the others.",
    );
  const world = await runningWorld();
  const none: Chaos = { duplicate: 0, delaySeconds: 0, crash: 0 };
  const state = off || changes ? await world.setChaos(off ? none : change) : (await world.world()).chaos;
  if (json) printJson(state);
  else print(describe(state));
}

function describe({ duplicate, delaySeconds, crash }: Chaos): string {
  const parts = [
    duplicate > 0 ? `${percent(duplicate)} delivered twice` : "",
    delaySeconds > 0
      ? `up to ${delaySeconds < 1 ? `${delaySeconds} s` : formatDuration(delaySeconds * 1000)} late`
      : "",
    crash > 0 ? `${percent(crash)} crash` : "",
  ].filter((part) => part !== "");
  return parts.length === 0 ? "no faults" : parts.join(", ");
}

function percent(share: number): string {
  return `${Number((share * 100).toFixed(3))} %`;
}
