// A new database is copied from one that was made before: PGlite computes for seconds to make one.

import { constants, cpSync, existsSync } from "node:fs";
import { mkdir, readFile, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * Puts a new database where nothing is. The first of this installation is kept for the next, where its `node_modules`
 * can be written to.
 * @param folder must not exist; its parent must. It appears whole or not at all.
 * @param make makes a database in a folder that does not exist, and closes it.
 * @param where the first one is kept; undefined where nothing can be.
 */
export async function placeNew(
  folder: string,
  make: (folder: string) => Promise<void>,
  where: Promise<string | undefined> = keptFolder(),
): Promise<void> {
  // Elsewhere first: a process that dies meanwhile leaves nothing that looks like a database.
  const draft = `${folder}.new`;
  await rm(draft, { recursive: true, force: true });
  const kept = await where;
  if (kept === undefined || !(await copied(kept, draft))) {
    await make(draft);
    if (kept !== undefined) await keep(draft, kept);
  }
  await rename(draft, folder);
}

/** What was just placed cannot be used, and so what it was copied from: the next attempt makes both anew. */
export async function forgetNew(folder: string, where = keptFolder()): Promise<void> {
  for (const path of [folder, await where])
    if (path !== undefined) await rm(path, { recursive: true, force: true });
}

/** Another PGlite makes another database. */
async function keptFolder(): Promise<string | undefined> {
  try {
    const dist = dirname(fileURLToPath(import.meta.resolve("@electric-sql/pglite")));
    const { version } = JSON.parse(await readFile(join(dist, "../package.json"), "utf8"));
    return join(dist, "../../../.cache/faasade", `database-of-pglite-${version}`);
  } catch {
    return undefined; // Bundled, or laid out in a way of its own.
  }
}

async function copied(kept: string, folder: string): Promise<boolean> {
  if (!existsSync(join(kept, "PG_VERSION"))) return false;
  copyDatabase(kept, folder);
  return true;
}

async function keep(made: string, kept: string): Promise<void> {
  const draft = `${kept}-${process.pid}-${performance.now()}`;
  try {
    await mkdir(dirname(kept), { recursive: true });
    copyDatabase(made, draft);
    await rename(draft, kept);
  } catch {
    // Not writable, or another process was faster with one that is as good.
    await rm(draft, { recursive: true, force: true }).catch(() => {});
  }
}

/** A thousand small files: asynchronously, that is ten times the computing. Nobody may have the database open. */
export function copyDatabase(from: string, to: string): void {
  cpSync(from, to, { recursive: true, mode: constants.COPYFILE_FICLONE });
}
