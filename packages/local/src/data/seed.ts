// Puts an app's samples into its stores, once, so that a new world has something to show.
import { createReadStream } from "node:fs";
import { readdir } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { pathToFileURL } from "node:url";
import type { SqlDriver } from "@faasade/connectors/sql";
import type { AppSource } from "../app/discover.ts";
import type { World } from "../world.ts";
import { readState, writeState } from "./state.ts";

/** @throws {Error} when a folder cannot be read or a store not written; the next start tries again. */
export async function seedStores(world: World, sql: SqlDriver, source: AppSource): Promise<void> {
  for (const [store, folder] of Object.entries(source.seed)) {
    const place = world.stores.placeOf(source.name, store);
    const mark = `seeded:${source.name}/${store}${place === "" ? "" : ` on ${place}`}`;
    if ((await readState<boolean>(sql, mark)) === true) continue;
    const from = join(source.folder, folder);
    const target = await world.stores.open(source.name, store);
    for await (const [key, body] of from.endsWith(".ts") ? samplesMadeBy(from) : samplesIn(from)) {
      await target.put(key, body);
    }
    await writeState(sql, mark, true);
  }
}

type Sample = readonly [key: string, body: Uint8Array | AsyncIterable<Uint8Array>];

async function* samplesIn(folder: string): AsyncGenerator<Sample> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  for (const entry of entries) {
    if (!entry.isFile() || /^(notice|readme|licen[cs]e)/i.test(entry.name)) continue;
    const path = join(entry.parentPath, entry.name);
    yield [relative(folder, path).split(sep).join("/"), createReadStream(path)];
  }
}

/** A module makes what is too large to be kept in the repository: its default export yields keys and bodies. */
async function* samplesMadeBy(module: string): AsyncGenerator<Sample> {
  const made = (await import(pathToFileURL(module).href)) as {
    readonly default: () => AsyncIterable<Sample>;
  };
  yield* made.default();
}
