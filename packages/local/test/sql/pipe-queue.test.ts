// A queue of the world as an app's process sees it: over the pipe, under the suite every queue driver runs.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { testQueueDriver } from "@faasade/connectors/queue/conformance";
import { sqlQueue } from "@faasade/connectors/queue/sql";
import { openNewDatabase } from "../../../../tools/new-database.ts";
import { open } from "../../src/sql/pipe.ts";
import { serveSql } from "../../src/sql/serve.ts";

testQueueDriver("sql queue over the pipe", {
  async open() {
    const token = "a token of the start";
    process.env["FAASADE_PIPE_TOKEN"] = token;
    const folder = await mkdtemp(join(tmpdir(), "faasade-pipe-"));
    const windows = process.platform === "win32";
    const address = windows ? `\\\\.\\pipe\\faasade-queue-${process.pid}` : join(folder, "sql.sock");
    const database = await openNewDatabase(join(folder, "database"));
    const pipe = await serveSql(async () => ({ driver: database }), address, { token });
    const drivers = await Promise.all([1, 2].map(() => open(`pipe:${address}?database=world`)));
    let opened = 0;
    return {
      queue(name, clock) {
        opened += 1;
        return sqlQueue(drivers[opened % drivers.length]!, { name, clock });
      },
      async close() {
        await Promise.all(drivers.map((driver) => driver.close()));
        await pipe.close();
        await database.close();
        await rm(folder, { recursive: true, force: true });
      },
    };
  },
});
