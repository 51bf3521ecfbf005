// The queue in a database of this process, under the suite of the queue port.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openNewDatabase } from "../../../../tools/new-database.ts";
import { testQueueDriver } from "../../src/queue/conformance.ts";
import { sqlQueue } from "../../src/queue/sql.ts";

testQueueDriver("sql queue on pglite", {
  async open() {
    const folder = await mkdtemp(join(tmpdir(), "faasade-queue-"));
    const driver = await openNewDatabase(join(folder, "database"));
    return {
      queue: (name, clock) => sqlQueue(driver, { name, clock }),
      async close() {
        await driver.close();
        await rm(folder, { recursive: true });
      },
    };
  },
});
