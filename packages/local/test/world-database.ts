// The world's own database, for the tests of one file.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SqlDriver } from "@faasade/connectors/sql";
import { afterAll, beforeAll } from "vitest";
import { openNewDatabase } from "../../../tools/new-database.ts";
import { createTables } from "../src/data/database.ts";

export interface WorldDatabase {
  readonly sql: SqlDriver;
  /** Its parent, where a test may keep more; removed at the end. */
  readonly folder: string;
}

/** What it returns is filled when the tests begin. */
export function useWorldDatabase(): WorldDatabase {
  const opened = {} as { -readonly [Key in keyof WorldDatabase]: WorldDatabase[Key] };
  beforeAll(async () => {
    opened.folder = await mkdtemp(join(tmpdir(), "faasade-world-"));
    opened.sql = await openNewDatabase(join(opened.folder, "database"));
    await createTables(opened.sql);
  }, 60_000);
  afterAll(async () => {
    await opened.sql?.close();
    await rm(opened.folder, { recursive: true });
  }, 60_000);
  return opened;
}
