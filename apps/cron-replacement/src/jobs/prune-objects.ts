// Deletes old objects, oldest first, so that a run that is cut short leaves the newest.
import type { JobKind } from "./index.ts";

const dayMilliseconds = 86_400_000;
/** What one run deletes at most; the next one goes on. */
const mostObjects = 20_000;

export const pruneObjects: JobKind = {
  usage: "prune-objects archive[/<prefix>]|runs --keep-days <days>",
  read([place = "", option = "", days = "", ...rest]) {
    const [, store, prefix = ""] = /^(archive|runs)(?:\/(.+))?$/.exec(place) ?? [];
    if (store !== "archive" && store !== "runs") throw new Error(`"${place}" is neither archive nor runs`);
    if (store === "runs" && prefix !== "") throw new Error("of runs all rows are pruned, or none");
    if (option !== "--keep-days" || !/^[1-9]\d{0,4}$/.test(days) || rest.length > 0)
      throw new Error("it must say for how many days objects are kept");
    return async ({ stores, clock, signal, print }) => {
      const before = clock.now() - Number(days) * dayMilliseconds;
      // What is known of jobs stands beside the rows and is kept.
      const below = store === "runs" ? "runs/" : prefix;
      const old = await oldestOf(stores[store].keys(below), before, mostObjects);
      let bytes = 0;
      for (const { key, size } of old) {
        signal.throwIfAborted();
        await stores[store].delete(key);
        bytes += size;
      }
      if (old.length > 0)
        print(`${old.length} objects of ${place} older than ${days} days pruned, ${bytes} bytes`);
    };
  },
};

/**
 * Those older than `before`, oldest first, `most` at most. A store lists by name, so the oldest are known when all were
 * seen; never more than twice `most` are held.
 */
export async function oldestOf<Stored extends { readonly modifiedAt: number }>(
  objects: AsyncIterable<Stored>,
  before: number,
  most: number,
): Promise<readonly Stored[]> {
  let old: Stored[] = [];
  const keepOldest = () => {
    old = old.sort((a, b) => a.modifiedAt - b.modifiedAt).slice(0, most);
  };
  for await (const object of objects) {
    if (object.modifiedAt < before) old.push(object);
    if (old.length === 2 * most) keepOldest();
  }
  keepOldest();
  return old;
}
