// What could not be kept, with its reason, until somebody has looked.
import type { SqlWriter } from "@faasade/connectors/sql";
import type { Reading } from "./read-message.ts";

export interface Refusal {
  readonly id: string;
  /** Empty where nobody knows. */
  readonly device: string;
  /** Epoch milliseconds. */
  readonly receivedAt: number;
  readonly reason: string;
  readonly payload: unknown;
}

/** Once each, by its id. */
export async function quarantine(tx: SqlWriter, refusals: readonly Refusal[]): Promise<void> {
  if (refusals.length === 0) return;
  const byId = [...new Map(refusals.map((one) => [one.id, one])).values()];
  await tx.query(
    `insert into quarantine select * from unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::text[])
     on conflict (id) do update set reason = excluded.reason`,
    [
      byId.map(({ id }) => id),
      byId.map(({ device }) => device),
      byId.map(({ receivedAt }) => receivedAt),
      byId.map(({ reason }) => reason.replaceAll("\0", "")),
      byId.map(({ payload }) => toText(payload)),
    ],
  );
}

/** A reading of a device that is shut out. */
export function refuseBlocked({ device, sequence, at, metric, value }: Reading): Refusal {
  return {
    id: `blocked:${device}:${sequence}:${at}:${metric}`,
    device,
    receivedAt: at,
    reason: "its device is blocked",
    payload: { device, sequence, at, values: { [metric]: value } },
  };
}

const base64 = "base64:";

/** What was quarantined, as it came. */
export function fromText(text: string): unknown {
  return text.startsWith(base64) ? Buffer.from(text.slice(base64.length), "base64") : JSON.parse(text);
}

function toText(payload: unknown): string {
  if (payload instanceof Uint8Array) return `${base64}${Buffer.from(payload).toString("base64")}`;
  return JSON.stringify(payload) ?? "null";
}
