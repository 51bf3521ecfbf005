// Finds the changes of a store on an engine, which tells nobody here of them, by comparing its list with what was there.
import { setTimeout as delay } from "node:timers/promises";
import type { ListedObject, ObjectChange, ObjectStoreDriver } from "@faasade/connectors/object-store";
import type { SqlDriver } from "@faasade/connectors/sql";
import { takeChange, type WatchingOptions } from "./objects.ts";

export interface PollStoreOptions extends WatchingOptions {
  /** Its URL, under which is kept what was seen. */
  readonly place: string;
  readonly sql: SqlDriver;
  readonly driver: () => Promise<ObjectStoreDriver>;
  /** Objects looked at in one go. Default: 1000. */
  readonly pageSize?: number;
}

interface Seen {
  readonly key: string;
  readonly mark: string;
}

const intervalMilliseconds = 1000;
const longestPauseMilliseconds = 30_000;
const defaultPageSize = 1000;

/**
 * Looks each second until the signal aborts, but only while somebody wants to know. What is there at the first look
 * counts as new. A change is forgotten after its event was accepted; of several between two looks the last one is seen.
 */
export async function pollStore(options: PollStoreOptions): Promise<void> {
  const { signal, subscribers, onError } = options;
  let pause = intervalMilliseconds;
  while (!signal.aborted) {
    try {
      if (subscribers().length > 0) await look(options);
      pause = intervalMilliseconds;
    } catch (error) {
      onError(error as Error);
      pause = Math.min(2 * pause, longestPauseMilliseconds);
    }
    await delay(pause, undefined, { signal }).catch(() => {});
  }
}

async function look(options: PollStoreOptions): Promise<void> {
  const driver = await options.driver();
  let after: string | undefined;
  do {
    const from = after === undefined ? {} : { after };
    const page = await driver.list({ prefix: "", limit: options.pageSize ?? defaultPageSize, ...from });
    const seen = await seenBetween(options, after, page.next);
    for (const change of changesOf(page.objects, seen)) {
      if (options.signal.aborted) return;
      await takeChange(options, change);
      await remember(options, change);
    }
    after = page.next;
  } while (after !== undefined);
}

/** Removed ones first: what gave way to another object was there before it. */
export function changesOf(
  listed: readonly ListedObject[],
  seen: ReadonlyMap<string, string>,
  now = Date.now(),
): ObjectChange[] {
  const present = new Set(listed.map(({ key }) => key));
  const removed = [...seen]
    .filter(([key]) => !present.has(key))
    .map(([key, mark]): ObjectChange => ({ change: "removed", key, version: `after ${mark}`, at: now }));
  const created = listed
    .filter((object) => seen.get(object.key) !== markOf(object))
    .map((object): ObjectChange => {
      const { key, size, etag, modifiedAt } = object;
      return { change: "created", key, version: markOf(object), size, etag, at: modifiedAt };
    });
  return [...removed, ...created];
}

/** The same content written again has another time. */
function markOf({ etag, modifiedAt }: ListedObject): string {
  return `${etag} ${modifiedAt}`;
}

async function seenBetween(
  { sql, place }: PollStoreOptions,
  after: string | undefined,
  until: string | undefined,
): Promise<Map<string, string>> {
  const { rows } = await sql.transaction((session) =>
    session.query<Seen>(
      "select key, mark from seen_objects where store = $1 and key > $2 and ($3::text is null or key <= $3)",
      [place, after ?? "", until ?? null],
    ),
  );
  return new Map(rows.map(({ key, mark }) => [key, mark]));
}

async function remember(
  { sql, place }: PollStoreOptions,
  { change, key, version }: ObjectChange,
): Promise<void> {
  const [statement, ...more] =
    change === "removed"
      ? ["delete from seen_objects where store = $1 and key = $2"]
      : [
          "insert into seen_objects values ($1, $2, $3) on conflict (store, key) do update set mark = excluded.mark",
          version,
        ];
  await sql.transaction((session) => session.query(statement ?? "", [place, key, ...more]));
}
