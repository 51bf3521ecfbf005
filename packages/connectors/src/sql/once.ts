// Seen as once in a database: claim, effects and mark are one transaction, so there is no moment in between.
import type { Effects } from "@faasade/core/adapter";
import { deterministicId } from "@faasade/core/cloudevents";
import type { SqlSession } from "./driver.ts";
import { OwnTables } from "./own-tables.ts";

export const onceTable = new OwnTables(`
  create table if not exists faasade_once (
    key text collate "C" primary key,
    done_at bigint not null
  );
`);

/** An index takes keys of about 2,700 bytes; ids of events may be longer. */
const longestKey = 500;

/**
 * Marks the keys that nobody has marked, runs `effects` for these and unmarks what it did not finish.
 * Another run that holds a key is waited for: it commits and the key is done, or rolls back and the key is ours.
 */
export async function claimOnce<Result>(
  session: SqlSession,
  keys: readonly string[],
  now: number,
  effects: (fresh: readonly string[]) => Promise<Effects<Result>>,
): Promise<Result | undefined> {
  const byStored = new Map(keys.map((key) => [key.length <= longestKey ? key : deterministicId(key), key]));
  // In one order everywhere, so that two batches never wait for each other.
  const claimed = await session.query<{ key: string }>(
    `insert into faasade_once (key, done_at)
     select key, $2::bigint from unnest($1::text[]) as key order by key collate "C"
     on conflict do nothing returning key`,
    [[...byStored.keys()], Math.round(now)],
  );
  const mine = new Set(claimed.rows.map(({ key }) => key));
  if (mine.size === 0) return undefined;
  const fresh = [...byStored].filter(([stored]) => mine.has(stored));
  const { result, done } = await effects(fresh.map(([, key]) => key));
  const finished = new Set(done);
  const unfinished = fresh.filter(([, key]) => !finished.has(key)).map(([stored]) => stored);
  if (unfinished.length > 0)
    await session.query("delete from faasade_once where key = any($1::text[])", [unfinished]);
  return result;
}
