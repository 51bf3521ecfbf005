// What no app should do, and a host has to bear; apps as they should be cannot even import it.
import { spawn } from "node:child_process";
import { writeSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";

export const { pid } = process;

export const pause = (): Promise<void> => delay(20);

/** Talks nonsense on the channel to the host. */
export function babble(): void {
  const noise: unknown[] = ["noise", 1, { type: "log" }, { type: "invoked" }, { type: "unheard of" }];
  for (const one of [...noise, { type: "log", record: { time: "never", message: 1 } }]) process.send?.(one);
}

/** Never lets go of the process, as an endless loop does not; spares the machine's other processes the heat. */
export function hold(): void {
  writeSync(1, "holding\n");
  block();
}

function block(milliseconds?: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

/** Ends the process, but leaves another that keeps its output open for a while. @returns whom to end. */
export function leave(): number | undefined {
  const left = spawn(process.execPath, ["-e", "setTimeout(() => {}, 20_000)"], {
    stdio: "inherit",
    detached: true,
  });
  setTimeout(() => process.exit(1), 50);
  return left.pid;
}

/** Lets nothing else of the process run for so long. */
export function brood(milliseconds: number): void {
  writeSync(1, "brooding\n");
  block(milliseconds);
}
