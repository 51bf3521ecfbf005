// The pipe between an app's process and the host, under the suite every sql driver runs.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SqlDriver } from "@faasade/connectors/sql";
import { testSqlDriver } from "@faasade/connectors/sql/conformance";
import { openNewDatabase } from "../../../../tools/new-database.ts";
import { open } from "../../src/sql/pipe.ts";
import { type SqlPipe, serveSql } from "../../src/sql/serve.ts";

let folder: string;
let database: SqlDriver;
let pipe: SqlPipe;
const token = "a token of the start";
process.env["FAASADE_PIPE_TOKEN"] = token;

const address = (): string =>
  process.platform === "win32" ? `\\\\.\\pipe\\faasade-test-${process.pid}` : join(folder, "sql.sock");

testSqlDriver("pipe", {
  sessions: "one",
  async open() {
    folder = await mkdtemp(join(tmpdir(), "faasade-pipe-"));
    database = await openNewDatabase(join(folder, "database"));
    pipe = await serveSql(async () => database, address(), { token });
    return open(`pipe:${address()}?database=any`);
  },
  openAnother: () => open(`pipe:${address()}?database=any`),
  async stop() {
    await pipe.close();
    await database.close();
    await rm(folder, { recursive: true, force: true });
  },
});
