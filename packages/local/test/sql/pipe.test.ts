// The pipes between an app's process, the host and the thread of a database, under the suite every sql driver runs.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { testSqlDriver } from "@faasade/connectors/sql/conformance";
import { type DatabaseThread, openDatabaseThread } from "../../src/sql/database-thread.ts";
import { open } from "../../src/sql/pipe.ts";
import { type SqlPipe, serveSql } from "../../src/sql/serve.ts";

let folder: string;
let thread: DatabaseThread;
let pipe: SqlPipe;
const token = "a token of the start";
process.env["FAASADE_PIPE_TOKEN"] = token;

const address = (name: string): string =>
  process.platform === "win32" ? `\\\\.\\pipe\\faasade-${name}-${process.pid}` : join(folder, `${name}.sock`);

testSqlDriver("pipe", {
  sessions: "one",
  async open() {
    folder = await mkdtemp(join(tmpdir(), "faasade-pipe-"));
    const url = pathToFileURL(join(folder, "database")).href.replace(/^file:/, "pglite:");
    thread = await openDatabaseThread({ url, address: address("thread"), token });
    pipe = await serveSql(async () => ({ address: thread.address }), address("host"), { token });
    return open(`pipe:${address("host")}?database=any`);
  },
  openAnother: () => open(`pipe:${address("host")}?database=any`),
  async stop() {
    await pipe.close();
    await thread.close();
    await rm(folder, { recursive: true, force: true });
  },
});
