// Writes the days that changed into the lake: each is what the database says of it, at one instant.
import { type PartitionChange, updateLake } from "@faasade/connectors/lake";
import type { SqlReader } from "@faasade/connectors/sql";
import { flightTable } from "./flight-table.ts";
import type { LoadContext } from "./load.ts";

const daysAtOnce = 31;

interface Day {
  readonly dt: string;
  readonly revision: number;
}

/**
 * A day is a function of the database's rows alone, so writing it twice writes the same bytes. The rows are read after
 * the lake's manifest, and the manifest changes only if nobody else changed it since: newer rows are never overwritten
 * by older ones. @returns false when time is nearly up and days are left.
 */
export async function publishPartitions(
  context: Pick<LoadContext, "records" | "lake" | "loading" | "clock" | "deadline">,
): Promise<boolean> {
  const { records, lake, loading, clock, deadline } = context;
  for (;;) {
    let days: readonly Day[] = [];
    await updateLake(lake, flightTable, () =>
      records.transaction(
        async (tx) => {
          days = await changedDays(tx);
          return changesOf(tx, days);
        },
        { readOnly: true, isolation: "repeatable read" },
      ),
    );
    if (days.length === 0) return true;
    await records.query`
      update partitions set published = greatest(published, done.revision)
      from unnest(${days.map(({ dt }) => dt)}::date[], ${days.map((day) => day.revision)}::int[]) as done (dt, revision)
      where partitions.dt = done.dt`;
    if (days.length < daysAtOnce) return true;
    if (deadline - clock.now() < loading.reserveSeconds * 1000) return false;
  }
}

async function changedDays(tx: SqlReader): Promise<readonly Day[]> {
  const { rows } = await tx.query<Day>`
    select dt::text, revision from partitions where revision > published order by dt limit ${daysAtOnce}`;
  return rows;
}

/** A day without rows any more is removed. */
async function changesOf(tx: SqlReader, days: readonly Day[]): Promise<PartitionChange[]> {
  const byDay = new Map<string, unknown[][]>(days.map(({ dt }) => [dt, []]));
  const columns = flightTable.columns.map(({ name }) => (name === "source" ? "key" : name));
  const text = `
    select dt::text, ${columns.join(", ")} from flights where dt = any($1::date[])
    order by dt, carrier collate "C", flight, origin collate "C", scheduled`;
  const { rows } = await tx.query<Record<string, unknown>>(text, [[...byDay.keys()]]);
  for (const row of rows) byDay.get(row.dt as string)?.push(columns.map((name) => row[name]));
  return [...byDay].map(([partition, replaceWith]) => ({ partition, replaceWith }));
}
