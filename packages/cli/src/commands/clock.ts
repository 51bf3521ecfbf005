// faasade clock: shows the clock that functions see, and moves it ahead.

import type { ClockChange, ClockState } from "@faasade/local/control";
import { type Command, InvalidArgumentError } from "commander";
import { addExamples } from "../help.ts";
import { runningWorld } from "../here.ts";
import { formatDuration, print, printJson } from "../output.ts";
import { parseDuration, parseInstant } from "../parse.ts";

export default function defineClock(command: Command): void {
  const define = (name: string, description: string): Command =>
    command
      .command(name)
      .description(description)
      .option("--json", 'for machines: {"now":…,"aheadMilliseconds":…}');
  define("show", "what functions take for now").action(async (options: { json?: true }) =>
    say(await (await runningWorld()).clock(), options),
  );
  define("advance", "ahead by a duration; what falls due meanwhile runs")
    .argument("<duration>", "such as 90s, 1h or 2d", parseAhead)
    .allowUnknownOption() // what "-5m" looks like
    .action((advanceSeconds: number, options: { json?: true }) => move({ advanceSeconds }, options));
  define("set", "ahead to an instant; never back")
    .argument("<instant>", "with its zone, such as 2026-03-29T02:30:00+01:00", parseInstant)
    .action((set: string, options: { json?: true }) => move({ set }, options));
  define("reset", "back to the wall clock; due times begin anew, what was delayed waits").action(
    (options: { json?: true }) => move({ reset: true }, options),
  );
  addExamples(command, [
    ["clock advance 1h", "schedules of the next hour run now"],
    ["clock set 2026-03-29T00:59:50Z", "ten seconds before summer time begins in Europe"],
  ]);
}

function parseAhead(text: string): number {
  if (/^-\d/.test(text)) throw new InvalidArgumentError("The clock never goes back: write how far ahead.");
  return parseDuration(text);
}

async function move(change: ClockChange, options: { json?: true }): Promise<void> {
  say(await (await runningWorld()).moveClock(change), options);
}

function say({ now, aheadMilliseconds }: ClockState, { json }: { json?: true }): void {
  const ahead =
    Math.abs(aheadMilliseconds) < 1000 ? "the wall clock" : `${formatDuration(aheadMilliseconds)} ahead`;
  if (json) printJson({ now, aheadMilliseconds });
  else print(`${now} (${ahead})`);
}
