// Tries the rows in quarantine again, from the file they came from: after the rules or the airports were mended.
import { FunctionError } from "@faasade/core";
import { compareColumns } from "@faasade/formats/contract";
import { BadRow } from "@faasade/formats/rows";
import { contract } from "./contract.ts";
import { type Flight, toFlight } from "./flight.ts";
import type { LoadContext } from "./load.ts";
import { flightRow, type Load } from "./loads.ts";
import { readLookups } from "./lookups.ts";
import { openFile } from "./open-file.ts";
import { settleLoad } from "./settle.ts";

/**
 * What can be read now is loaded, the rest stays in quarantine, and the load is judged again.
 * @returns how many rows left the quarantine.
 * @throws {FunctionError} `not_found`, or `conflict` when the file is no longer the one that was loaded.
 */
export async function replayQuarantine(id: string, context: LoadContext): Promise<number> {
  const { records, loading, clock } = context;
  const load = await records.one<Load & { quarantined: number }>`
    select id, key, etag, state, quarantined from loads
    where id = ${id} and state in ('published', 'held') and read_rows > 0`;
  if (load === undefined)
    throw new FunctionError("not_found", `Cannot replay load ${id}: it has no rows in quarantine.`);
  const mended = await readAgain(load, context);
  await records.transaction(async (tx) => {
    await tx.query`update loads set state = 'loading' where id = ${id} and state in ('published', 'held')`;
    const { rows } = await tx.query<{ row: number }>`
      delete from quarantine where load_id = ${id} and row_no = any(${[...mended.keys()]}::int[])
      returning row_no as row`;
    const flights = rows.map(({ row }) => [id, row, ...(mended.get(row) as Flight)]);
    await tx.copyIn("flight_rows", flightRow, flights);
    await settleLoad(tx, id, loading.maxBadShare, clock.now());
  });
  const left = await records.one<{ quarantined: number }>`select quarantined from loads where id = ${id}`;
  return load.quarantined - (left?.quarantined ?? 0);
}

/** Flights by the number of their row. */
async function readAgain(
  { id, key, etag }: Load,
  context: LoadContext,
): Promise<ReadonlyMap<number, Flight>> {
  const { records, inbox, loading } = context;
  await using file = await inbox.get(key);
  if (file?.info.etag !== etag) {
    const message = `Cannot replay load ${id}: ${key} is not the file any more that was loaded.`;
    throw new FunctionError("conflict", message);
  }
  const { rows: bad } = await records.query<{ row: number }>`
    select row_no as row from quarantine where load_id = ${id}`;
  const wanted = new Set(bad.map(({ row }) => row));
  const { columns, batches } = await openFile(file, loading.encoding, inbox);
  const lookups = await readLookups(compareColumns(contract, columns).places, context);
  const mended = new Map<number, Flight>();
  for await (const { firstRow, rows } of batches) {
    for (const [index, row] of rows.entries()) {
      const number = firstRow + index;
      if (row instanceof BadRow || !wanted.has(number)) continue;
      const flight = toFlight(row, lookups);
      if (typeof flight !== "string") mended.set(number, flight);
    }
  }
  return mended;
}
