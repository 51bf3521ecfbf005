// How an app's process ended, in words for those who wait for it.
import type { ChildProcess } from "node:child_process";

/** Not at "close": a process that the app started may keep the app's output open. */
export function exitOf(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once("exit", () => resolve());
    child.on("error", () => child.pid === undefined && resolve());
  });
}

/** Undefined while it runs. */
export function endingOf({ exitCode, signalCode }: ChildProcess): string | undefined {
  if (signalCode !== null) return `ended (${signalCode})`;
  return exitCode === null ? undefined : `ended (exit code ${exitCode})`;
}
