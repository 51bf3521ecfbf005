// The queue on a real Postgres server, each consumer with connections of its own, under the suite of the queue port.

import { expect, it } from "vitest";
import { findPostgres, notProved } from "../../../../tools/not-proved.ts";
import { testQueueDriver } from "../../src/queue/conformance.ts";
import { sqlQueue } from "../../src/queue/sql.ts";
import * as pg from "../../src/sql/pg.ts";
import { missingPostgres, startPostgres } from "../sql/postgres-server.ts";

const folder = findPostgres();

if (folder === undefined) {
  notProved("the sql queue against a Postgres server", ...missingPostgres);
  it("has no server to run on, which is noted", () => expect(folder).toBeUndefined());
} else {
  testQueueDriver("sql queue on pg", {
    async open() {
      const server = await startPostgres(folder);
      const url = await server.newDatabase();
      const drivers = await Promise.all([1, 2, 3, 4].map(() => pg.open(url)));
      let opened = 0;
      return {
        queue(name, clock) {
          opened += 1;
          return sqlQueue(drivers[opened % drivers.length]!, { name, clock });
        },
        async close() {
          await Promise.all(drivers.map((driver) => driver.close()));
          await server.stop();
        },
      };
    },
  });
}
