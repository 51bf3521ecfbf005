// What the page shows: averages by device over time, the fleet, incidents, and what was quarantined.
import type { SqlReader } from "@faasade/connectors/sql";

export interface Series {
  readonly device: string;
  /** Start of the interval in epoch milliseconds, average, least, most. */
  readonly points: readonly (readonly [start: number, average: number, least: number, most: number])[];
}

export interface ChartQuery {
  readonly metric: string;
  readonly seconds: number;
  readonly from: number;
}

const mostPoints = 5000;

export async function readSeries(
  database: SqlReader,
  { metric, seconds, from }: ChartQuery,
): Promise<Series[]> {
  const { rows } = await database.query<{
    device: string;
    start: string;
    mean: number;
    least: number;
    most: number;
  }>`
    select device, start, (sum / count)::double precision as mean, least, most from rollups
    where metric = ${metric} and seconds = ${seconds} and start >= ${from} order by start desc limit ${mostPoints}`;
  const byDevice = Map.groupBy(rows.toReversed(), ({ device }) => device);
  return [...byDevice]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([device, its]) => ({
      device,
      points: its.map(({ start, mean, least, most }) => [Number(start), mean, least, most] as const),
    }));
}

export async function readFleet(database: SqlReader): Promise<object> {
  const [devices, incidents, reasons] = [
    await database.query`select device, blocked, heard_at::float8 from devices order by heard_at desc limit 100`,
    await database.query`
      select rule, device, opened_at::float8, closed_at::float8, opened_value, closed_value from incidents
      order by opened_at desc limit 20`,
    await database.query`
      select reason, device, count(*)::integer, max(received_at)::float8 as latest from quarantine
      group by reason, device order by latest desc limit 20`,
  ];
  return { devices: devices.rows, incidents: incidents.rows, quarantine: reasons.rows };
}
