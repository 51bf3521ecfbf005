// One select over the days of the lake that are asked for.
import { readLake } from "@faasade/connectors/lake";
import type { ObjectReader } from "@faasade/connectors/object-store";
import type { WarehouseReader, WarehouseResult, WarehouseValue } from "@faasade/connectors/warehouse";
import * as v from "valibot";
import { flightTable } from "./flight-table.ts";

export const day = v.pipe(v.string(), v.isoDate());

export interface LakeQuery {
  readonly sql: string;
  readonly params?: readonly WarehouseValue[];
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly maxBytes: number;
  readonly maxRows?: number;
}

export async function queryLake(
  lake: ObjectReader,
  flights: WarehouseReader,
  { sql, params = [], from, to, maxBytes, maxRows = 1000 }: LakeQuery,
): Promise<WarehouseResult> {
  const range = { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
  const tables = { flights: (await readLake(lake, flightTable)).tableFor(range) };
  return flights.query({ text: sql, params, tables, maxBytes, maxRows });
}
