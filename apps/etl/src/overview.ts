// What happened to files: loads with their quarantine, and the way of a day's rows from file to lake.
import { readLake } from "@faasade/connectors/lake";
import type { ObjectReader } from "@faasade/connectors/object-store";
import type { SqlReader } from "@faasade/connectors/sql";
import type { Drift } from "@faasade/formats/contract";
import { flightTable } from "./flight-table.ts";
import type { LoadState } from "./loads.ts";

export interface LoadSummary {
  readonly id: string;
  readonly key: string;
  readonly state: LoadState;
  readonly read: number;
  readonly loaded: number;
  readonly quarantined: number;
  readonly drift: Drift | null;
  readonly reason: string | null;
  readonly startedAt: string;
  /** Why rows were put aside, the most frequent first, with one of them. */
  readonly reasons: readonly {
    readonly reason: string;
    readonly rows: number;
    readonly row: number;
    readonly excerpt: string;
  }[];
}

export interface Overview {
  readonly loads: readonly LoadSummary[];
  readonly lake: {
    readonly days: number;
    readonly rows: number;
    readonly bytes: number;
    readonly pending: number;
  };
}

/** The newest 50 loads. */
export async function readLoads(records: SqlReader, lake: ObjectReader): Promise<Overview> {
  const { rows: loads } = await records.query<LoadSummary>`
    select id, key, state, read_rows as read, loaded, quarantined, drift, reason,
      to_char(started_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as "startedAt",
      coalesce((
        select json_agg(grouped) from (
          select regexp_replace(reason, '(row|has) \\d+', '\\1 …') as reason, count(*)::int as rows,
            min(row_no) as row, (array_agg(excerpt order by row_no))[1] as excerpt
          from quarantine where load_id = loads.id group by 1 order by 2 desc, 3 limit 8
        ) as grouped), '[]') as reasons
    from loads order by loads.id desc limit 50`;
  const pending = await records.one<{ days: number }>`
    select count(*)::int as days from partitions where revision > published`;
  const files = [...(await readLake(lake, flightTable)).partitions().values()].flat();
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const size = { rows: sum(files.map(({ rows }) => rows)), bytes: sum(files.map(({ bytes }) => bytes)) };
  return { loads, lake: { days: files.length, ...size, pending: pending?.days ?? 0 } };
}

export interface Lineage {
  readonly day: string;
  readonly sources: readonly {
    readonly load: string;
    readonly key: string;
    readonly etag: string;
    readonly rows: number;
    /** Rows that no file with a later name tells of, too. */
    readonly counted: number;
  }[];
  readonly files: readonly { readonly key: string; readonly rows: number; readonly bytes: number }[];
}

/** Which files a day's rows come from, and which file of the lake holds them. */
export async function readLineage(records: SqlReader, lake: ObjectReader, day: string): Promise<Lineage> {
  const { rows: sources } = await records.query<Lineage["sources"][number]>`
    select loads.id as load, loads.key, etag, count(*)::int as rows, count(flights.load_id)::int as counted
    from flight_rows join loads on loads.id = flight_rows.load_id and loads.state = 'published'
      left join flights on flights.dt = ${day} and flights.load_id = flight_rows.load_id
        and flights.row_no = flight_rows.row_no
    where flight_rows.dt = ${day} group by 1, 2, 3 order by 2`;
  const files = (await readLake(lake, flightTable)).partitions({ from: day, to: day }).get(day) ?? [];
  return { day, sources, files };
}
