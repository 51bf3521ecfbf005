// faasade stop: ends the running world and waits until its data is closed.
import { setTimeout as delay } from "node:timers/promises";
import { readHostRecord } from "@faasade/local/control";
import type { Command } from "commander";
import { CommandFailure, exitCodes } from "../exit-code.ts";
import { addExamples } from "../help.ts";
import { findHome, runningWorld } from "../here.ts";
import { print, printJson } from "../output.ts";
import { parseDuration } from "../parse.ts";

export default function defineStop(command: Command): void {
  command
    .option("--timeout <duration>", "how long to wait for it", parseDuration, 30)
    .option("--json", 'for machines: {"stopped":true}')
    .action(async (options: { timeout: number; json?: true }) => {
      await stop(options.timeout);
      if (options.json) printJson({ stopped: true });
      else print("Stopped.");
    });
  addExamples(command, [["stop", "what is in flight finishes first; what waits is kept"]]);
}

async function stop(timeoutSeconds: number): Promise<void> {
  const world = await runningWorld();
  const { pid } = world.record;
  await world.stop();
  const home = findHome();
  const deadline = performance.now() + timeoutSeconds * 1000;
  // The world removes its record last, when its data is closed.
  while ((await readHostRecord(home))?.pid === pid) {
    if (performance.now() > deadline)
      throw new CommandFailure(
        exitCodes.failed,
        `Cannot see the world end: process ${pid} still runs after ${timeoutSeconds} s. Wait, or end that process.`,
      );
    await delay(50);
  }
}
