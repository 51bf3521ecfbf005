// The queue on a real Postgres server, each consumer with connections of its own, under the suite of the queue port.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findPostgres, notProved } from "../../../../tools/not-proved.ts";
import { messageOf } from "../../src/queue/conformance/messages.ts";
import { testQueueDriver } from "../../src/queue/conformance.ts";
import { open as openQueue, sqlQueue } from "../../src/queue/sql.ts";
import type { SqlDriver } from "../../src/sql/driver.ts";
import { open } from "../../src/sql/pg.ts";
import { missingPostgres, type PostgresServer, startPostgres } from "../sql/postgres-server.ts";

const folder = findPostgres();

if (folder === undefined) {
  notProved("the sql queue against a Postgres server", ...missingPostgres);
  it("has no server to run on, which is noted", () => expect(folder).toBeUndefined());
} else {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres(folder);
  }, 120_000);
  afterAll(() => server.stop(), 60_000);

  const openFour = async (): Promise<SqlDriver[]> => {
    const url = await server.newDatabase();
    return Promise.all([1, 2, 3, 4].map(() => open(url)));
  };
  const close = async (drivers: readonly SqlDriver[]) => {
    await Promise.all(drivers.map((driver) => driver.close()));
  };

  testQueueDriver("sql queue on pg", {
    async open() {
      const drivers = await openFour();
      let opened = 0;
      return {
        queue(name, clock) {
          opened += 1;
          return sqlQueue(drivers[opened % drivers.length]!, { name, clock });
        },
        close: () => close(drivers),
      };
    },
  });

  describe("sql queue on pg", () => {
    it("makes its tables once, however many processes need them at the same time", async () => {
      for (const _ of [1, 2, 3]) {
        const drivers = await openFour();
        // Connected already, so that they really start together.
        await Promise.all(drivers.map((driver) => driver.execute("select 1")));
        const queues = drivers.map((driver) => sqlQueue(driver, { name: "fresh" }));
        await Promise.all(queues.map((queue, place) => queue.send([messageOf(`m${place}`)])));
        expect((await queues[0]!.depth()).ready).toBe(4);
        await close(drivers);
      }
    });

    it("passes over what another consumer is just taking, and waits for nobody", async () => {
      const [one, other] = (await openFour()) as [SqlDriver, SqlDriver];
      const queue = sqlQueue(other, { name: "busy" });
      await queue.send([messageOf("a"), messageOf("b")]);
      await one.transaction(async (session) => {
        await session.query("select id from faasade_queue where id = 'a' for update");
        const received = await queue.receive({ max: 10, visibilitySeconds: 30 });
        expect(received.map(({ id }) => id)).toEqual(["b"]);
      });
      expect((await queue.receive({ max: 10, visibilitySeconds: 30 })).map(({ id }) => id)).toEqual(["a"]);
      await close([one, other]);
    });

    it("is opened by the URL of its database alone, as an artefact opens it", async () => {
      const url = await server.newDatabase();
      const options = { clock: { now: () => 5 }, configuration: () => undefined };
      const [mails, others] = await Promise.all([
        openQueue(url, { name: "mails", ...options }),
        openQueue(url, { name: "others", ...options }),
      ]);
      await mails.send([messageOf("a")]);
      expect((await others.depth()).ready).toBe(0);
      const [received] = await mails.receive({ max: 10, visibilitySeconds: 30 });
      expect(received).toMatchObject({ id: "a", sentAt: 5 });
      await Promise.all([mails.close(), others.close()]);
      await expect(mails.depth()).rejects.toMatchObject({ code: "unavailable" });
    });
  });
}
