// Opens and closes incidents in the transaction that keeps the readings they come from.
import type { SqlWriter } from "@faasade/connectors/sql";
import { type Change, judge, type Watch } from "./judge.ts";
import type { Reading } from "./read-message.ts";
import type { Rule, Rules } from "./resources/rules.ts";

interface Watched {
  readonly rule: Rule;
  readonly device: string;
  readonly readings: readonly Reading[];
}

interface WatchRow {
  readonly rule: string;
  readonly device: string;
  readonly at: string;
  readonly value: number;
  readonly opened_at: string | null;
}

/** `readings` are those that were not there before; their devices are held by this transaction. */
export async function watch(tx: SqlWriter, readings: readonly Reading[], rules: Rules): Promise<void> {
  const watched = rules.flatMap((rule) => {
    const its = Map.groupBy(
      readings.filter(({ metric }) => metric === rule.metric),
      ({ device }) => device,
    );
    return [...its].map(([device, some]): Watched => ({ rule, device, readings: some }));
  });
  if (watched.length === 0) return;
  const known = await readWatches(tx, watched);
  const judged = watched.map((one) => {
    const { rule, device } = one;
    return { rule: rule.name, device, ...judge(rule, known.get(`${rule.name} ${device}`), one.readings) };
  });
  await keepWatches(tx, judged);
  await keepChanges(
    tx,
    judged.flatMap(({ rule, device, changes }) => changes.map((change) => ({ rule, device, ...change }))),
  );
}

async function readWatches(tx: SqlWriter, watched: readonly Watched[]): Promise<Map<string, Watch>> {
  const { rows } = await tx.query<WatchRow>(
    "select * from watches where (rule, device) in (select * from unnest($1::text[], $2::text[]))",
    [watched.map(({ rule }) => rule.name), watched.map(({ device }) => device)],
  );
  return new Map(
    rows.map(({ rule, device, at, value, opened_at }) => [
      `${rule} ${device}`,
      { at: Number(at), value, openedAt: opened_at === null ? undefined : Number(opened_at) },
    ]),
  );
}

async function keepWatches(
  tx: SqlWriter,
  judged: readonly { rule: string; device: string; watch: Watch | undefined }[],
): Promise<void> {
  await tx.query(
    `insert into watches
     select * from unnest($1::text[], $2::text[], $3::bigint[], $4::double precision[], $5::bigint[])
     on conflict (rule, device) do update set
       at = excluded.at, value = excluded.value, opened_at = excluded.opened_at`,
    [
      judged.map(({ rule }) => rule),
      judged.map(({ device }) => device),
      judged.map(({ watch }) => watch?.at),
      judged.map(({ watch }) => watch?.value),
      judged.map(({ watch }) => watch?.openedAt),
    ],
  );
}

/** An incident is one by rule, device and when it was opened. */
export async function keepChanges(
  tx: SqlWriter,
  changes: readonly (Change & { readonly rule: string; readonly device: string })[],
): Promise<void> {
  if (changes.length === 0) return;
  const of = (state: Change["state"]): unknown[][] => {
    const some = changes.filter((one) => one.state === state);
    const keys = [
      some.map(({ rule }) => rule),
      some.map(({ device }) => device),
      some.map(({ openedAt }) => openedAt),
    ];
    return [
      ...keys,
      some.map(({ value }) => value),
      ...(state === "closed" ? [some.map(({ at }) => at)] : []),
    ];
  };
  await tx.query(
    `insert into incidents (rule, device, opened_at, opened_value)
     select * from unnest($1::text[], $2::text[], $3::bigint[], $4::double precision[]) on conflict do nothing`,
    of("opened"),
  );
  await tx.query(
    `update incidents set closed_at = change.at, closed_value = change.value
     from unnest($1::text[], $2::text[], $3::bigint[], $4::double precision[], $5::bigint[])
       as change (rule, device, opened_at, value, at)
     where (incidents.rule, incidents.device, incidents.opened_at) = (change.rule, change.device, change.opened_at)
       and incidents.closed_at is null`,
    of("closed"),
  );
}
