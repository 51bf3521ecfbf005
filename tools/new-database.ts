/** A database as the local world makes it, for tests of what stands on it. */
import { pathToFileURL } from "node:url";
import type { SqlDriver } from "@faasade/connectors/sql";

/** @param folder where the database is to be, and nothing is yet */
export async function openNewDatabase(folder: string): Promise<SqlDriver> {
  const { open } = await import("@faasade/connectors/sql/pglite");
  return open(pathToFileURL(folder).href.replace(/^file:/, "pglite:"));
}
