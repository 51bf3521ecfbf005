// The queue in a database of this process, under the suite of the queue port.

import { testQueueDriver } from "../../src/queue/conformance.ts";
import { sqlQueue } from "../../src/queue/sql.ts";
import { open } from "../../src/sql/pglite.ts";

testQueueDriver("sql queue on pglite", {
  async open() {
    const driver = await open("pglite:");
    return { queue: (name, clock) => sqlQueue(driver, { name, clock }), close: () => driver.close() };
  },
});
