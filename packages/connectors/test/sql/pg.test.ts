// A real Postgres server under the suite of the sql port, and what only a server can show.
import { createServer } from "node:net";
import { inspect } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findPostgres, notProved } from "../../../../tools/not-proved.ts";
import { testSqlDriver } from "../../src/sql/conformance.ts";
import type { SqlDriver } from "../../src/sql/driver.ts";
import { open } from "../../src/sql/pg.ts";
import { missingPostgres, type PostgresServer, startPostgres } from "./postgres-server.ts";

const folder = findPostgres();

if (folder === undefined) {
  notProved("the sql port against a Postgres server", ...missingPostgres);
} else {
  let server: PostgresServer;
  let url: string;
  beforeAll(async () => {
    server = await startPostgres(folder);
    url = await server.newDatabase();
  }, 120_000);
  afterAll(() => server.stop(), 60_000);

  testSqlDriver("pg", { open: () => open(url), openAnother: () => open(url), sessions: "many" });

  describe("pg", () => {
    const using = async <Result>(
      parameters: string,
      work: (driver: SqlDriver) => Promise<Result>,
    ): Promise<Result> => {
      const driver = await open(url + parameters);
      try {
        return await work(driver);
      } finally {
        await driver.close();
      }
    };

    it("ends a statement on the server when its deadline has passed", async () => {
      await using("", async (driver) => {
        const sleeping = driver.transaction((session) => session.query("select pg_sleep(3600)"), {
          timeoutSeconds: 1,
        });
        await expect(sleeping).rejects.toMatchObject({ code: "timeout" });
        await expect
          .poll(
            async () => {
              const { rows } = await driver.transaction((session) =>
                session.query("select 1 from pg_stat_activity where query like 'select pg_sleep%'"),
              );
              return rows.length;
            },
            { timeout: 20_000 },
          )
          .toBe(0);
      });
    });

    it("lets transactions wait for one of poolSize connections", async () => {
      await using("?poolSize=2", async (driver) => {
        let active = 0;
        let most = 0;
        await Promise.all(
          Array.from({ length: 6 }, () =>
            driver.transaction(async (session) => {
              active += 1;
              most = Math.max(most, active);
              await session.query("select pg_sleep(0.05)");
              active -= 1;
            }),
          ),
        );
        expect(most).toBe(2);
      });
    });

    it("goes on with a new connection when the server cut one, idle or in a transaction", async () => {
      await using("?poolSize=1", async (driver) => {
        const ownPid = async () => {
          const { rows } = await driver.transaction((session) =>
            session.query("select pg_backend_pid() as pid"),
          );
          return rows[0]?.["pid"];
        };
        const first = await ownPid();
        await using("", (other) =>
          other.transaction((session) => session.query("select pg_terminate_backend($1)", [first])),
        );
        await expect.poll(ownPid, { timeout: 20_000 }).not.toBe(first);
        const cut = driver.transaction(async (session) => {
          const { rows } = await session.query("select pg_backend_pid() as pid");
          await using("", (other) =>
            other.transaction((outer) => outer.query("select pg_terminate_backend($1)", [rows[0]?.["pid"]])),
          );
          await session.query("select 1");
        });
        await expect(cut).rejects.toMatchObject({ code: "unavailable" });
        expect(await ownPid()).toBeTypeOf("number");
      });
    });

    it("shows no credentials when it cannot sign in", async () => {
      const wrong = url.replace(server.password, "wr0ng-password");
      const driver = await open(wrong);
      const error = await driver
        .execute("select 1")
        .catch((thrown: unknown) => thrown as Error & { cause?: unknown });
      expect(error).toMatchObject({ code: "unavailable" });
      expect(inspect(error, { depth: 9, showHidden: true })).not.toContain("wr0ng-password");
      await driver.close();
    });
  });
}

describe("pg without a server", () => {
  it("is unavailable when nothing listens, and shows no credentials", async () => {
    const listener = createServer();
    await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
    const { port } = listener.address() as { port: number };
    await new Promise((resolve) => listener.close(resolve));
    const driver = await open(`postgres://me:s3cret@127.0.0.1:${port}/x`);
    const error = await driver.execute("select 1").catch((thrown: unknown) => thrown as Error);
    expect(error).toMatchObject({ code: "unavailable", message: "Cannot reach the database: ECONNREFUSED." });
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain("s3cret");
    await driver.close();
  });

  it("gives up at the deadline when a server accepts and says nothing", async () => {
    const listener = createServer(() => {});
    await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
    const { port } = listener.address() as { port: number };
    const driver = await open(`postgres://me@127.0.0.1:${port}/x`);
    await expect(driver.transaction(async () => {}, { timeoutSeconds: 1 })).rejects.toMatchObject({
      code: "timeout",
    });
    listener.close();
  });

  it("refuses a URL it does not understand without repeating it", async () => {
    await expect(open("mysql://me:s3cret@x/y")).rejects.toThrow(/^(?!.*s3cret)Cannot open a database/);
    await expect(open("postgres://me:s3cret@x/y?poolSize=many")).rejects.toThrow(
      /^(?!.*s3cret)Cannot open.*poolSize/,
    );
  });
});
