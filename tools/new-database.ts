/**
 * A database as the local world makes it at its first start, for tests of what comes after: making one costs seconds of
 * computing, so one is made for this installation and copied from then on.
 */
import { cpSync, existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { SqlDriver } from "@faasade/connectors/sql";
import { readPackage, root } from "./workspaces.ts";

/** @param folder where the database is to be, and nothing is yet */
export async function placeNewDatabase(folder: string): Promise<void> {
  const kept = keptDatabase();
  if (!existsSync(kept)) await keep(kept);
  mkdirSync(dirname(folder), { recursive: true });
  cpSync(kept, folder, { recursive: true });
}

/** Places a new database and opens it. */
export async function openNewDatabase(folder: string): Promise<SqlDriver> {
  await placeNewDatabase(folder);
  return openDatabase(folder);
}

/** Another PGlite makes another database. */
function keptDatabase(): string {
  const { version } = readPackage("node_modules/@electric-sql/pglite");
  return join(root, "node_modules", ".cache", "faasade", `pglite-${version}`);
}

async function keep(kept: string): Promise<void> {
  const draft = `${kept}-${process.pid}`;
  mkdirSync(dirname(draft), { recursive: true });
  await (await openDatabase(draft)).close();
  try {
    renameSync(draft, kept);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    // Another test was faster, with one that is as good.
    if (!existsSync(kept)) throw error;
  }
}

async function openDatabase(folder: string): Promise<SqlDriver> {
  const { open } = await import("@faasade/connectors/sql/pglite");
  return open(pathToFileURL(folder).href.replace(/^file:/, "pglite:"));
}
