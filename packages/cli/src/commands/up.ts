// faasade up: starts the world in this terminal and keeps it until Ctrl-C.

import type { Engines } from "@faasade/local/engines";
import { type Command, Option } from "commander";
import { exitCodes } from "../exit-code.ts";
import { addExamples } from "../help.ts";
import { findHome } from "../here.ts";
import { onInterrupt } from "../interrupt.ts";
import { print, remark } from "../output.ts";
import { parseEngine, parseInstant, parseWhole } from "../parse.ts";
import { reportProblems } from "../up/problems.ts";
import { refuseSecond, refuseStart } from "../up/refuse.ts";
import { registerWorld } from "../up/register.ts";
import { startScreen } from "../up/screen.ts";

export default function defineUp(command: Command): void {
  const port = new Option("--port <number>", "port of the page and the control interface; 0 takes a free one")
    .env("FAASADE_PORT")
    .default(0)
    .argParser(parseWhole(0, 65_535));
  command
    .argument("[app...]", "only these apps; all when none is named")
    .addOption(port)
    .option("--at <instant>", "functions start at this time, such as 2027-03-28T00:55:00Z", parseInstant)
    .option(
      "--objects <url>",
      "every store there, under a prefix of its own: s3://bucket?endpoint=…",
      parseEngine("objects"),
    )
    .option(
      "--sql <url>",
      "every database there, in a schema of its own: postgres://user@host/database",
      parseEngine("sql"),
    )
    .option(
      "--queue <url>",
      "every queue there: sqs://prefix?region=…, or postgres://…",
      parseEngine("queue"),
    )
    .action(runWorld);
  command.addHelpText(
    "after",
    "\nCtrl-C stops cleanly and exits with 0, of which npm makes 130; a second one ends at once with 130.",
  );
  addExamples(command, [
    ["up", "every app; the same as npm start"],
    ["up shop --port 4000", "one app, the page on a fixed port"],
    [
      "up shop --objects s3://bucket --sql postgres://me@db/shop --queue sqs://dev",
      "the app untouched, on real engines",
    ],
    ["up shop --at 2027-03-28T00:55:00Z", "five minutes before summer time begins in Europe"],
  ]);
}

interface UpOptions extends Engines {
  readonly port: number;
  readonly at?: string;
}

async function runWorld(apps: readonly string[], options: UpOptions): Promise<void> {
  const { port, at, ...engines } = options;
  const home = findHome();
  await refuseSecond(home);
  registerWorld(home);
  const startedAt = performance.now();
  const interrupted = onInterrupt();
  const { World } = await import("@faasade/local");
  const world = await World.start({
    home,
    only: apps,
    port,
    engines,
    ...(at === undefined ? {} : { at: Date.parse(at) }),
    page: async () => (await import("@faasade/console")).buildPage(),
    onProgress: (line) => remark(`… ${line}`),
  }).catch((error: unknown) => refuseStart(home, port, error));
  const stopped = world.stopped();
  if (!interrupted.aborted) {
    const stopReporting = reportProblems(world, remark);
    print(await startScreen(home, performance.now() - startedAt));
    await Promise.race([stopped, new Promise((resolve) => interrupted.addEventListener("abort", resolve))]);
    stopReporting();
  }
  remark("Stopping …");
  await world.stop();
  remark("Stopped.");
  // Nothing is left to do: whatever handle a library forgot must not keep the terminal.
  process.exit(exitCodes.ok);
}
