// One select over the days of the lake that are asked for.
import { readLake } from "@faasade/connectors/lake";
import type { ObjectReader } from "@faasade/connectors/object-store";
import type { WarehouseReader, WarehouseResult, WarehouseValue } from "@faasade/connectors/warehouse";
import { FunctionError } from "@faasade/core";
import * as v from "valibot";
import { flightTable } from "./flight-table.ts";

const isOnCalendar = (text: string) => new Date(text).toJSON()?.startsWith(text) ?? false;
export const day = v.pipe(v.string(), v.isoDate(), v.check(isOnCalendar, "There is no such day."));

/** @throws {FunctionError} `invalid` */
export function dayOf(text: string | null | undefined, what: string): string {
  if (v.is(day, text)) return text;
  throw new FunctionError("invalid", `Cannot take ${what} ${text}: write a day such as 2013-01-31.`);
}

const noFlights = "The lake holds no flights of these days yet. Files may still be loading: see /loads.json.";

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
): Promise<WarehouseResult & { readonly note?: string }> {
  const range = { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
  const tables = { flights: (await readLake(lake, flightTable)).tableFor(range) };
  const result = await flights.query({ text: sql, params, tables, maxBytes, maxRows });
  return result.given.files > 0 ? result : { ...result, note: noFlights };
}
