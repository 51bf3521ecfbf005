// faasade up: starts the world in this terminal and keeps it until Ctrl-C.

import { type Home, readHostRecord } from "@faasade/local/control";
import { type Command, Option } from "commander";
import { CommandFailure, exitCodes } from "../exit-code.ts";
import { addExamples } from "../help.ts";
import { findHome } from "../here.ts";
import { print, remark } from "../output.ts";
import { parseWhole } from "../parse.ts";
import { reportProblems } from "../up/problems.ts";
import { startScreen } from "../up/screen.ts";

export default function defineUp(command: Command): void {
  const port = new Option("--port <number>", "port of the page and the control interface; 0 takes a free one")
    .env("FAASADE_PORT")
    .default(0)
    .argParser(parseWhole(0, 65_535));
  command
    .argument("[app...]", "only these apps; all when none is named")
    .addOption(port)
    .action((apps: string[], options: { port: number }) => runWorld(apps, options.port));
  command.addHelpText(
    "after",
    "\nCtrl-C stops cleanly and exits with 0; a second one ends at once with 130.",
  );
  addExamples(command, [
    ["up", "every app; the same as npm start"],
    ["up hello --port 4000", "one app, the page on a fixed port"],
  ]);
}

async function runWorld(apps: readonly string[], port: number): Promise<void> {
  const home = findHome();
  await refuseSecond(home);
  const startedAt = performance.now();
  const interrupted = onInterrupt();
  const { World } = await import("@faasade/local");
  const world = await World.start({
    home,
    only: apps,
    port,
    page: async () => (await import("@faasade/console")).buildPage(),
    onProgress: (line) => remark(`… ${line}`),
  }).catch((error: unknown) => refuse(home, port, error));
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

/** One Ctrl-C may come twice: from the terminal, and from npm, which passes it on. */
const sameMilliseconds = 500;

/** Aborts at the first Ctrl-C or SIGTERM; the second ends the process, and with it the apps' processes. */
function onInterrupt(): AbortSignal {
  const controller = new AbortController();
  let firstAt = 0;
  const interrupt = (): void => {
    if (!controller.signal.aborted) firstAt = performance.now();
    else if (performance.now() - firstAt > sameMilliseconds) process.exit(130);
    controller.abort();
  };
  process.on("SIGINT", interrupt).on("SIGTERM", interrupt);
  return controller.signal;
}

async function refuseSecond(home: Home): Promise<void> {
  const record = await readHostRecord(home);
  if (record === undefined) return;
  const page = `${record.page}/#token=${record.token}`;
  throw new CommandFailure(
    exitCodes.failed,
    [
      `Cannot start on the data in ${home.data}: a world runs on it already (process ${record.pid}).`,
      `  Its page:  ${page}`,
      "  Stop it:   npm run faasade -- stop",
      "  Another:   set FAASADE_DATA to a folder of its own",
    ].join("\n"),
  );
}

async function refuse(home: Home, port: number, error: unknown): Promise<never> {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "EADDRINUSE" || code === "EACCES") {
    const why = code === "EACCES" ? "this user may not use it" : "another program listens there";
    throw new CommandFailure(
      exitCodes.failed,
      `Cannot open the page on port ${port}: ${why}. Choose another with --port or FAASADE_PORT; 0 takes a free one.`,
    );
  }
  if (code !== "unavailable") throw error;
  await refuseSecond(home);
  throw new CommandFailure(
    exitCodes.failed,
    `Cannot start on the data in ${home.data}: it is in use, by a world that is just starting or stopping. ${message}`,
  );
}
