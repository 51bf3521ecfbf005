// Why a world does not start, in words.
import { setTimeout as delay } from "node:timers/promises";
import { findWorld, type Home } from "@faasade/local/control";
import { readDataFolder } from "../data-folder.ts";
import { CommandFailure, exitCodes } from "../exit-code.ts";
import { reasonOf } from "../input.ts";

/** @throws {CommandFailure} when a world runs on this data. */
export async function refuseSecond(home: Home): Promise<void> {
  const world = await findWorld(home);
  if (world === undefined) return;
  throw failure(
    [
      `Cannot start on the data in ${home.data}: a world runs on it already (process ${world.record.pid}).`,
      `  Its page:  ${world.pageUrl}`,
      "  Stop it:   npm run faasade -- stop",
      "  Another:   set FAASADE_DATA to a folder of its own",
    ].join("\n"),
  );
}

/** Throws what a failed start means for the person who asked for it. */
export async function refuseStart(home: Home, port: number, error: unknown): Promise<never> {
  const { code, name, syscall, path, message } = error as NodeJS.ErrnoException;
  if (name === "EngineError") throw failure(message);
  const isMissing = syscall === "mkdir" && code === "ENOENT";
  // A pipe has none.
  if (syscall === "listen" && "port" in (error as object)) {
    const why = code === "EADDRINUSE" ? "another program listens there" : reasonOf(error);
    throw failure(
      `Cannot open the page on port ${port}: ${why}. Choose another with --port or FAASADE_PORT; 0 takes a free one.`,
    );
  }
  if (path !== undefined && (path.startsWith(home.data) || home.data.startsWith(path)))
    throw failure(
      `Cannot keep the world's data in ${home.data}: ${isMissing ? "no folder can be made there" : reasonOf(error)} (${path}). Set FAASADE_DATA to a folder that this user may write.`,
    );
  if (code !== "unavailable") throw error;
  await awaitWinner(home);
  await refuseSecond(home);
  throw failure(
    `Cannot start on the data in ${home.data}: a world is just starting or stopping on it. ${message}`,
  );
}

const winnerSeconds = 10;

/** Of two starts at the same time one wins the data: its page is worth a moment's patience. */
async function awaitWinner(home: Home): Promise<void> {
  const deadline = performance.now() + winnerSeconds * 1000;
  while (performance.now() < deadline) {
    if ((await findWorld(home)) !== undefined) return;
    if ((await readDataFolder(home)).holder === undefined) return;
    await delay(100);
  }
}

function failure(message: string): CommandFailure {
  return new CommandFailure(exitCodes.failed, message);
}
