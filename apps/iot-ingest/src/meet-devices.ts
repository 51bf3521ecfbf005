// Who is heard of, and who is shut out.
import type { SqlWriter } from "@faasade/connectors/sql";
import type { Reading } from "./read-message.ts";

/**
 * Holds the devices until the transaction ends, so that those about the same ones go one after the other.
 * @returns those that are blocked.
 */
export async function meetDevices(tx: SqlWriter, readings: readonly Reading[]): Promise<ReadonlySet<string>> {
  const heard = new Map<string, number>();
  for (const { device, at } of readings) heard.set(device, Math.max(at, heard.get(device) ?? 0));
  const devices = [...heard.keys()].sort();
  const { rows } = await tx.query<{ device: string; blocked: boolean }>(
    `insert into devices (device, heard_at) select * from unnest($1::text[], $2::bigint[])
     on conflict (device) do update set heard_at = greatest(devices.heard_at, excluded.heard_at)
     returning device, blocked`,
    [devices, devices.map((device) => heard.get(device))],
  );
  return new Set(rows.filter(({ blocked }) => blocked).map(({ device }) => device));
}
