// Between rows of the queue's table and what the port speaks of; int8 columns come as text.
import type { DeadLetter, QueueDepth, ReceivedMessage } from "../driver.ts";

export interface ReceivedRow {
  readonly sequence: string;
  readonly id: string;
  readonly body: Uint8Array;
  readonly content_type: string;
  readonly attempts: number;
  readonly sent_at: string;
  readonly due_at: string;
}

export interface DeadRow {
  readonly id: string;
  readonly body: Uint8Array;
  readonly content_type: string;
  readonly attempts: number;
  readonly reason: string;
  readonly sent_at: string;
  readonly dead_at: string;
}

export interface DepthRow {
  readonly ready: string;
  readonly delayed: string;
  readonly in_flight: string;
  readonly dead: string;
}

/** Longest due first: an update returns its rows in any order. */
export function toReceived(rows: readonly ReceivedRow[]): ReceivedMessage[] {
  return rows
    .toSorted((a, b) => Number(a.due_at) - Number(b.due_at) || Number(a.sequence) - Number(b.sequence))
    .map((row) => ({
      receipt: `${row.sequence}.${row.attempts}`,
      id: row.id,
      body: row.body,
      contentType: row.content_type,
      attempt: row.attempts,
      sentAt: Number(row.sent_at),
    }));
}

export function toDeadLetter(row: DeadRow): DeadLetter {
  return {
    id: row.id,
    body: row.body,
    contentType: row.content_type,
    attempts: row.attempts,
    reason: row.reason,
    sentAt: Number(row.sent_at),
    deadAt: Number(row.dead_at),
  };
}

export function toDepth(row: DepthRow | undefined): QueueDepth {
  const count = (text: string | undefined) => Number(text ?? 0);
  return {
    ready: count(row?.ready),
    delayed: count(row?.delayed),
    inFlight: count(row?.in_flight),
    dead: count(row?.dead),
  };
}

/** The parts of receipts; what was never one is passed over. */
export function readReceipts(receipts: readonly string[]): { sequences: string[]; attempts: string[] } {
  const parts = receipts.flatMap((receipt) => {
    const match = /^(\d{1,18})\.(\d{1,9})$/.exec(receipt);
    return match === null ? [] : [match];
  });
  return { sequences: parts.map((match) => match[1]!), attempts: parts.map((match) => match[2]!) };
}
