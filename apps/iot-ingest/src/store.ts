// Keeps readings: each once, with its roll-ups, and what cannot be kept with its reason; all in one transaction.
import type { SqlWriter } from "@faasade/connectors/sql";
import { meetDevices } from "./meet-devices.ts";
import { quarantine, type Refusal, refuseBlocked } from "./quarantine.ts";
import type { Reading, Said } from "./read-message.ts";
import type { Rules } from "./resources/rules.ts";
import { watch } from "./watch.ts";

export interface Stored {
  /** Those that were not there before. */
  readonly readings: readonly Reading[];
  readonly duplicates: number;
  readonly refusals: readonly Refusal[];
}

/** Whole minutes, because each is summed up from these. */
const rollUpSeconds = [60, 3600, 86_400];

/** Safe to repeat: a reading is one by device, sequence and time, so that a counter may begin anew. */
export function store(database: SqlWriter, said: readonly Said[], rules: Rules): Promise<Stored> {
  return database.transaction(async (tx) => {
    const all = said.flatMap(({ readings }) => readings);
    const blocked = await meetDevices(tx, all);
    const isBlocked = ({ device }: Reading): boolean => blocked.has(device);
    const readings = await insert(
      tx,
      all.filter((one) => !isBlocked(one)),
    );
    const refusals = [...said.flatMap((one) => one.refusals), ...all.filter(isBlocked).map(refuseBlocked)];
    await quarantine(tx, refusals);
    await watch(tx, readings, rules);
    const shut = all.filter(isBlocked).length;
    return { readings, duplicates: all.length - shut - readings.length, refusals };
  });
}

async function insert(tx: SqlWriter, readings: readonly Reading[]): Promise<Reading[]> {
  const column = (name: keyof Reading): unknown[] => readings.map((one) => one[name]);
  const { rows } = await tx.query<Record<keyof Reading, string> & { value: number }>(
    `with fresh as (
       insert into readings (device, sequence, at, metric, value)
       select * from unnest($1::text[], $2::bigint[], $3::bigint[], $4::text[], $5::double precision[])
       on conflict do nothing returning *
     ), minutes as (
       select device, metric, at - at % 60000 as start, count(*), sum(value::numeric), min(value), max(value)
       from fresh group by 1, 2, 3
     ), rolled as (
       insert into rollups
       select device, metric, seconds, start - start % (seconds * 1000::bigint), sum(count), sum(sum), min(min), max(max)
       from minutes cross join unnest($6::integer[]) as seconds group by 1, 2, 3, 4
       on conflict (device, metric, seconds, start) do update set
         count = rollups.count + excluded.count, sum = rollups.sum + excluded.sum,
         least = least(rollups.least, excluded.least), most = greatest(rollups.most, excluded.most)
     )
     select * from fresh`,
    [column("device"), column("sequence"), column("at"), column("metric"), column("value"), rollUpSeconds],
  );
  return rows.map((row) => ({ ...row, sequence: Number(row.sequence), at: Number(row.at) }));
}
