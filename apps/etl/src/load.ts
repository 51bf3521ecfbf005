// Brings a file into the database and the lake, in pieces that are each whole; what died goes on where it stopped.
import type { StoredObject } from "@faasade/connectors/object-store";
import { type Context, read, readWrite, send, write } from "@faasade/core";
import { compareColumns } from "@faasade/formats/contract";
import { OneAhead } from "@faasade/formats/one-ahead";
import { BadRow, FormatError } from "@faasade/formats/rows";
import { contract } from "./contract.ts";
import { toFlight } from "./flight.ts";
import { beginLoad, dropLoad, excuse, holdLoad, type Load, noteDrift, Piece, savePiece } from "./loads.ts";
import { readLookups } from "./lookups.ts";
import { openFile } from "./open-file.ts";
import { publishPartitions } from "./publish.ts";
import { continuations } from "./resources/continuations.ts";
import { inbox } from "./resources/inbox.ts";
import { lake } from "./resources/lake.ts";
import { loading } from "./resources/loading.ts";
import { maskingKey } from "./resources/masking-key.ts";
import { records } from "./resources/records.ts";
import { reference } from "./resources/reference.ts";
import { settleLoad } from "./settle.ts";

export const loadUses = {
  inbox: read(inbox),
  reference: read(reference),
  records: write(records),
  lake: readWrite(lake),
  continuations: send(continuations),
  loading,
  maskingKey,
};
export type LoadContext = Context<typeof loadUses>;

/**
 * Loads the file as it is now, unless it was loaded already, then publishes what is not yet in the lake. Safe to run
 * again at any time, twice at once, and out of order.
 * @param request what asks for the file to be loaded again; without one, each version of a file is loaded once.
 */
export async function loadFile(key: string, context: LoadContext, request?: string): Promise<void> {
  await using file = await context.inbox.get(key);
  if (file === undefined) return;
  const { etag } = file.info;
  const load = await beginLoad(context.records, { key, etag, request: request ?? etag }, context.clock.now());
  if (load.etag !== etag) return dropLoad(context.records, load.id);
  if (load.state === "loading") {
    if (!(await readRows(file, load, context))) return goOn(context, key, request);
    const { records, loading, clock } = context;
    await records.transaction((tx) => settleLoad(tx, load.id, loading.maxBadShare, clock.now()));
  }
  if (!(await publishPartitions(context))) await goOn(context, key, request);
}

/** @returns false when time is nearly up. What cannot be read at all is held, with the reason. */
export async function readRows(file: StoredObject, load: Load, context: LoadContext): Promise<boolean> {
  const { records, inbox, loading, clock, deadline } = context;
  try {
    await using pieces = new OneAhead();
    const { columns, batches } = await openFile(file, loading.encoding, inbox);
    const { places, drift, problem } = compareColumns(contract, columns);
    await noteDrift(records, load.id, drift);
    if (problem !== undefined && columns.length > 0) throw new FormatError(problem);
    const lookups = await readLookups(places, context);
    let piece = new Piece(load.id, load.readRows);
    for await (const { firstRow, rows } of batches) {
      for (const [index, row] of rows.entries()) {
        const number = firstRow + index;
        if (number <= load.readRows) continue;
        const made = row instanceof BadRow ? row.problem : toFlight(row, lookups);
        piece.add(number, row, made, places.get("contact"));
        if (piece.size < loading.rowsPerPiece) continue;
        await pieces.done();
        const isLate = deadline - clock.now() < loading.reserveSeconds * 1000;
        if (isLate && piece.from > load.readRows) return false;
        await pieces.save(savePiece, records, piece);
        piece = new Piece(load.id, piece.to);
      }
    }
    await pieces.done();
    await savePiece(records, piece);
  } catch (error) {
    if (!(error instanceof FormatError)) return excuse(records, load.id, error);
    await holdLoad(records, load.id, error.message, clock.now());
  }
  return true;
}

async function goOn({ continuations }: LoadContext, key: string, request: string | undefined): Promise<void> {
  await continuations.send({ key, ...(request === undefined ? {} : { request }) });
}
