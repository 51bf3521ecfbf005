// Decides on a load whose rows are all read: doubles go into quarantine, the rest is judged, then published or held.
import type { SqlWriter } from "@faasade/connectors/sql";

interface Judged {
  readonly readRows: number;
  readonly quarantined: number;
  readonly isCut: boolean;
}

/** Why rows may not be published; undefined when they may. */
export function judge({ readRows, quarantined, isCut }: Judged, maxBadShare: number): string | undefined {
  if (readRows === 0) return "The file has no rows.";
  if (isCut) return "The file ends inside a row: perhaps it was not written to its end.";
  if (quarantined <= readRows * maxBadShare) return undefined;
  return `${quarantined} of ${readRows} rows are in quarantine; MAX_BAD_SHARE bears ${maxBadShare * 100} %.`;
}

/** Publishes a load at one instant: its rows become the file's, the rows of its former versions go. */
export async function settleLoad(tx: SqlWriter, id: string, maxBadShare: number, now: number): Promise<void> {
  const found = await tx.one<{ key: string; state: string }>`
    select key, state from loads where id = ${id} for update`;
  if (found?.state !== "loading") return;
  await putDoublesAside(tx, id);
  const load = await tx.one<Judged>`
    update loads set ended_at = ${new Date(now)},
      loaded = (select count(*) from flight_rows where load_id = id),
      quarantined = (select count(*) from quarantine where load_id = id)
    where id = ${id} returning read_rows as "readRows", quarantined, is_cut as "isCut"`;
  const reason = judge(load as Judged, maxBadShare);
  if (reason !== undefined) {
    await tx.query`update loads set state = 'held', reason = ${reason} where id = ${id}`;
    return;
  }
  const newer = await tx.one`
    select 1 from loads where key = ${found.key} and state = 'published' and id > ${id} limit 1`;
  const replaced = newer === undefined ? await formerLoads(tx, found.key, id) : [id];
  await markPartitions(tx, [id, ...replaced]);
  await tx.query`update loads set state = 'published', reason = null where id = ${id}`;
  await tx.query`update loads set state = 'replaced' where id = any(${replaced}::bigint[])`;
  await tx.query`delete from flight_rows where load_id = any(${replaced}::bigint[])`;
  await tx.query`delete from quarantine where load_id = any(${replaced}::bigint[])`;
}

async function formerLoads(tx: SqlWriter, key: string, id: string): Promise<string[]> {
  const { rows } = await tx.query<{ id: string }>`
    select id from loads where key = ${key} and state in ('published', 'held') and id < ${id}`;
  return rows.map((row) => row.id);
}

/** Of rows for the same flight in one file, the first counts. */
async function putDoublesAside(tx: SqlWriter, id: string): Promise<void> {
  await tx.query`
    with numbered as (
      select row_no, first_value(row_no) over same as first from flight_rows where load_id = ${id}
      window same as (partition by dt, carrier, flight, origin, scheduled order by row_no)
    ), doubles as (
      delete from flight_rows using numbered
      where load_id = ${id} and flight_rows.row_no = numbered.row_no and numbered.first < numbered.row_no
      returning flight_rows.row_no, first, concat_ws(',', dt, carrier, flight, origin, dest) as excerpt
    )
    insert into quarantine select ${id}::bigint, row_no, 'it repeats row ' || first, excerpt from doubles`;
}

/** The lake has to be written anew where the rows of these loads are. */
async function markPartitions(tx: SqlWriter, ids: readonly string[]): Promise<void> {
  await tx.query`
    insert into partitions (dt) select distinct dt from flight_rows where load_id = any(${ids}::bigint[])
    on conflict (dt) do update set revision = partitions.revision + 1`;
}
