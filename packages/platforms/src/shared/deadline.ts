// When to give up, where the platform cuts an invocation off.
import type { Clock } from "@faasade/core";

/** How much earlier than the platform we give up, so that the answer still goes out; at most a tenth of the time. */
const marginMilliseconds = 500;

/** Epoch milliseconds. @param milliseconds after which the platform ends what begins now. */
export function deadlineWithin(clock: Clock, milliseconds: number): number {
  return clock.now() + milliseconds - Math.min(marginMilliseconds, milliseconds / 10);
}
