// The records of loads: which file was read how far, what came of its rows, and what became of it.
import { asJson, PackedRows, type SqlWriter } from "@faasade/connectors/sql";
import { FunctionError } from "@faasade/core";
import type { Drift } from "@faasade/formats/contract";
import { textOf } from "@faasade/formats/fields";
import { BadRow, cutOff, type Row } from "@faasade/formats/rows";
import { type Flight, flightColumns } from "./flight.ts";
import { excerptOf, hideContacts } from "./mask.ts";

/** Loading, then published or held; replaced when a newer load of the same file was published. */
export type LoadState = "loading" | "held" | "published" | "replaced";

/** So many times in a row a load may break off without a word, as it does when the process dies, at the same rows. */
const mostBreaks = 5;

export interface Load {
  readonly id: string;
  readonly key: string;
  readonly etag: string;
  readonly state: LoadState;
  /** How many rows of the file were dealt with: each is loaded or in quarantine. */
  readonly readRows: number;
  /** How often it broke off there. */
  readonly breaks: number;
}

export const flightRow = ["load_id", "row_no", ...flightColumns];
const quarantineRow = ["load_id", "row_no", "reason", "excerpt"];

/** Rows that are saved together. */
export class Piece {
  readonly load: string;
  readonly from: number;
  to: number;
  isCut = false;
  readonly flights = new PackedRows(flightRow.length);
  readonly quarantined = new PackedRows(quarantineRow.length);

  constructor(load: string, from: number) {
    this.load = load;
    this.from = from;
    this.to = from;
  }

  get size(): number {
    return this.to - this.from;
  }

  /** @param made the flight, or why there is none. @param contact the place of what is shown to nobody. */
  add(number: number, row: Row | BadRow, made: Flight | string, contact?: number): void {
    this.to = number;
    if (typeof made !== "string") this.flights.add([this.load, number], made);
    else {
      const shown = (value: unknown, place: number) => (place === contact ? "…" : textOf(value));
      const text = row instanceof BadRow ? row.text : row.map(shown).join(",");
      this.isCut ||= made === cutOff;
      this.quarantined.add([this.load, number, hideContacts(made), excerptOf(text)]);
    }
  }
}

/** The load of a request: the same one as long as the file it brought is not replaced. */
export function beginLoad(
  records: SqlWriter,
  { key, etag, request }: Pick<Load, "key" | "etag"> & { readonly request: string },
  now: number,
): Promise<Load> {
  return records.transaction(async (tx) => {
    await tx.query`delete from loads where key = ${key} and request = ${request} and state = 'replaced'`;
    const load = (await tx.one<Load>`
      insert into loads (key, etag, request, state, started_at)
      values (${key}, ${etag}, ${request}, 'loading', ${new Date(now)})
      on conflict (key, request) do update set breaks = loads.breaks + 1
      returning id, key, etag, state, read_rows as "readRows", breaks`) as Load;
    if (load.state !== "loading" || load.etag !== etag || load.breaks <= mostBreaks) return load;
    const reason = `Loading broke off ${load.breaks} times behind row ${load.readRows}: the process died or ran out of time.`;
    await holdLoad(tx, load.id, reason, now);
    return { ...load, state: "held" };
  });
}

/** @throws {FunctionError} `unavailable` when another invocation is at the same rows. */
export function savePiece(records: SqlWriter, piece: Piece): Promise<void> {
  return records.transaction(async (tx) => {
    const { load: id, flights, quarantined, from, to, isCut } = piece;
    const { count } = await tx.query`
      update loads set read_rows = ${to}, breaks = 0, loaded = loaded + ${flights.length},
        quarantined = quarantined + ${quarantined.length}, is_cut = is_cut or ${isCut}
      where id = ${id} and read_rows = ${from} and state = 'loading'`;
    if (count === 0) {
      const message = "Cannot load the rows: another invocation is at it.";
      throw new FunctionError("unavailable", message, { retryAfterSeconds: 10 });
    }
    await tx.copyIn("flight_rows", flightRow, flights);
    if (quarantined.length > 0) await tx.copyIn("quarantine", quarantineRow, quarantined);
  });
}

export async function noteDrift(records: SqlWriter, id: string, drift: Drift | undefined): Promise<void> {
  await records.query`update loads set drift = ${drift === undefined ? null : asJson(drift)} where id = ${id}`;
}

/** What ends in the middle can not be published later, either. */
export async function holdLoad(records: SqlWriter, id: string, reason: string, now: number): Promise<void> {
  await records.query`
    update loads set state = 'held', reason = ${reason}, ended_at = ${new Date(now)}, is_cut = read_rows > 0
    where id = ${id} and state = 'loading'`;
}

/** What failed with an error did not break off. @throws that error */
export async function excuse(records: SqlWriter, id: string, error: unknown): Promise<never> {
  await records.query`update loads set breaks = greatest(breaks - 1, 0) where id = ${id}`.catch(() => {});
  throw error;
}

/** Forgets what was read of a file that is gone. */
export async function dropLoad(records: SqlWriter, id: string): Promise<void> {
  await records.transaction(async (tx) => {
    const { count } = await tx.query`delete from loads where id = ${id} and state = 'loading'`;
    if (count > 0) await tx.query`delete from flight_rows where load_id = ${id}`;
  });
}
