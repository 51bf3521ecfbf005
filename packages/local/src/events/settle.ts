// What becomes of a message after an attempt: gone, back with a delay, or in the dead letter with the reason.
import type { QueueDriver, ReceivedMessage } from "@faasade/connectors/queue";
import type { Verdict } from "./attempt.ts";
import { backOffSeconds } from "./back-off.ts";

export interface SettleOptions {
  readonly queue: QueueDriver;
  readonly maxAttempts: number;
  /** The world stops: what was cut off by that is no failure of the function. */
  readonly isStopping: boolean;
}

/** @returns the reason when the message was buried, now and not before. */
export async function settle(
  message: ReceivedMessage,
  verdict: Verdict,
  { queue, maxAttempts, isStopping }: SettleOptions,
): Promise<string | undefined> {
  if (verdict.kind === "done") {
    await queue.acknowledge([message.receipt]);
    return undefined;
  }
  const { reason } = verdict;
  if (verdict.kind === "retry") {
    const isExhausted = message.attempt >= maxAttempts && !isStopping;
    if (!isExhausted) {
      const wait = backOffSeconds(message.attempt, verdict.retryAfterSeconds, Math.random);
      await queue.release(message.receipt, wait);
      return undefined;
    }
  }
  const gaveUp = verdict.kind === "retry" ? ` (gave up after ${message.attempt} attempts)` : "";
  const isBuried = await queue.bury(message.receipt, `${reason}${gaveUp}`);
  return isBuried ? `${reason}${gaveUp}` : undefined;
}
