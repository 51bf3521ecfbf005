// Puts an app's sample files into its stores, once, so that a new world has something to show.
import { createReadStream } from "node:fs";
import { readdir } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import type { SqlDriver } from "@faasade/connectors/sql";
import type { AppSource } from "../app/discover.ts";
import type { World } from "../world.ts";
import { readState, writeState } from "./state.ts";

/** @throws {Error} when a folder cannot be read or a store not written; the next start tries again. */
export async function seedStores(world: World, sql: SqlDriver, source: AppSource): Promise<void> {
  for (const [store, folder] of Object.entries(source.seed)) {
    const mark = `seeded:${source.name}/${store}`;
    if ((await readState<boolean>(sql, mark)) === true) continue;
    const from = join(source.folder, folder);
    const target = await world.stores.open(source.name, store);
    const entries = await readdir(from, { withFileTypes: true, recursive: true });
    for (const entry of entries.filter(
      (one) => one.isFile() && !/^(notice|readme|licen[cs]e)/i.test(one.name),
    )) {
      const path = join(entry.parentPath, entry.name);
      await target.put(relative(from, path).split(sep).join("/"), createReadStream(path));
    }
    await writeState(sql, mark, true);
  }
}
