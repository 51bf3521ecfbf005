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
      const old: { key: string; size: number; modifiedAt: number }[] = [];
      for await (const { key, size, modifiedAt } of stores[store].keys(below)) {
        if (modifiedAt < before) old.push({ key, size, modifiedAt });
        if (old.length === mostObjects) break;
      }
      old.sort((a, b) => a.modifiedAt - b.modifiedAt);
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
