// Where an intake hands events to, again until they are taken.
import { setTimeout as pause } from "node:timers/promises";
import { FunctionError } from "@faasade/core";
import type { AwaitedEvent } from "../s3/notification.ts";

/**
 * Resolves when all of them are kept by what delivers them. Which of them were, when it does not, nobody knows.
 * @throws {FunctionError} `unavailable` when they were not taken, `unprocessable` when they never will be.
 */
export type Sink = (awaited: readonly AwaitedEvent[]) => Promise<void>;

/** Why events were not taken, and whether that may change. */
export interface NotTaken {
  readonly why: string;
  readonly again: boolean;
}

/** Some senders ask once and look at no answer, so what takes the events may start anew without costing one. */
const giveUpAfterSeconds = 20;

/** @throws {FunctionError} as a `Sink` does. */
export async function untilTaken(what: string, pass: () => Promise<NotTaken | undefined>): Promise<void> {
  const until = performance.now() + giveUpAfterSeconds * 1000;
  for (let milliseconds = 100; ; milliseconds = Math.min(2000, milliseconds * 2)) {
    const notTaken = await pass();
    if (notTaken === undefined) return;
    const message = `Cannot pass on ${what}: ${notTaken.why}.`;
    if (!notTaken.again) throw new FunctionError("unprocessable", message);
    if (performance.now() + milliseconds > until) throw new FunctionError("unavailable", message);
    await pause(milliseconds);
  }
}

export function nameOf({ event: { id, type, subject } }: AwaitedEvent): string {
  return `${id} (${type} ${subject})`;
}
