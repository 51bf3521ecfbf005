// Transactions: whole or not at all, never longer than their deadline.
import { describe, expect, it } from "vitest";
import type { Databases } from "../conformance.ts";
import type { SqlSession } from "../driver.ts";

const forever = new Promise<never>(() => {});

export function testTransactions({ driver, other, newName, harness }: Databases): void {
  const count = async (table: string) => {
    const { rows } = await driver().transaction((session) => session.query(`select n from ${table}`));
    return rows.length;
  };
  const newTable = async () => {
    const table = newName();
    await driver().execute(`create table ${table} (n int primary key)`);
    return table;
  };

  describe("transactions", () => {
    it("keeps what was done when work resolves, and returns its result", async () => {
      const table = await newTable();
      const result = await driver().transaction(async (session) => {
        await session.query(`insert into ${table} values (1)`);
        return "done";
      });
      expect(result).toBe("done");
      expect(await count(table)).toBe(1);
    });

    it("undoes everything when work rejects, and passes its error on unchanged", async () => {
      const table = await newTable();
      const mishap = new Error("mishap");
      const failing = driver().transaction(async (session) => {
        await session.query(`insert into ${table} values (1)`);
        throw mishap;
      });
      await expect(failing).rejects.toBe(mishap);
      expect(await count(table)).toBe(0);
    });

    it("refuses a session whose transaction has ended", async () => {
      let kept: SqlSession | undefined;
      await driver().transaction(async (session) => {
        kept = session;
      });
      await expect(kept?.query("select 1")).rejects.toMatchObject({ code: "internal" });
    });

    it("does not pretend to have committed when work swallowed a failed statement", async () => {
      const table = await newTable();
      const swallowing = driver().transaction(async (session) => {
        await session.query(`insert into ${table} values (1)`);
        await session.query("select 1/0").catch(() => {});
      });
      await expect(swallowing).rejects.toMatchObject({ code: "internal" });
      expect(await count(table)).toBe(0);
    });

    it("rolls back work that hangs past its deadline, and goes on with the next", async () => {
      const table = await newTable();
      const hanging = driver().transaction(
        async (session) => {
          await session.query(`insert into ${table} values (1)`);
          await forever;
        },
        { timeoutSeconds: 0.3 },
      );
      const next = other().transaction((session) => session.query(`insert into ${table} values (1)`));
      await expect(hanging).rejects.toMatchObject({ code: "timeout" });
      await next;
      expect(await count(table)).toBe(1);
    });

    it("ends a loop of statements that never pauses", async () => {
      const busy = driver().transaction(
        async (session) => {
          for (;;) await session.query("select 1");
        },
        { timeoutSeconds: 0.3 },
      );
      await expect(busy).rejects.toMatchObject({ code: "timeout" });
    });

    it("stores nothing of a copy whose source comes back after the deadline", async () => {
      const table = await newTable();
      const { promise: late, resolve: comeBack } = Promise.withResolvers<void>();
      const { promise: ended, resolve: end } = Promise.withResolvers<void>();
      async function* bytes() {
        try {
          await late;
          yield Buffer.from("1\n");
        } finally {
          end();
        }
      }
      const copying = driver().transaction((session) => session.copyIn(`${table} (n)`, bytes()), {
        timeoutSeconds: 0.3,
      });
      await expect(copying).rejects.toMatchObject({ code: "timeout" });
      comeBack();
      await ended;
      // Long enough for what came late to be stored, if anything would.
      for (let look = 0; look < 10; look += 1) {
        await new Promise((resolve) => setTimeout(resolve, 20));
        expect(await count(table)).toBe(0);
      }
    });

    it("counts the wait for its turn in the deadline, and never runs work that came too late", async () => {
      const table = await newTable();
      const { promise: released, resolve: release } = Promise.withResolvers<void>();
      const { promise: locked, resolve: lock } = Promise.withResolvers<void>();
      const first = driver().transaction(async (session) => {
        await session.query(`lock table ${table} in access exclusive mode`);
        lock();
        await released;
      });
      await locked;
      const late = other().transaction((session) => session.query(`insert into ${table} values (1)`), {
        timeoutSeconds: 0.3,
      });
      await expect(late).rejects.toMatchObject({ code: "timeout" });
      release();
      await first;
      expect(await count(table)).toBe(0);
    });

    if (harness.sessions === "one")
      it("lets transactions in by the order they asked", async () => {
        const order: number[] = [];
        const numbers = Array.from({ length: 20 }, (_, number) => number);
        await Promise.all(
          numbers.map((number) =>
            driver().transaction(async (session) => {
              order.push(number);
              await session.query("select 1");
            }),
          ),
        );
        expect(order).toEqual(numbers);
      });

    it("keeps what parallel transactions do apart", async () => {
      const table = await newTable();
      await driver().execute(`insert into ${table} values (0)`);
      await Promise.all(
        Array.from({ length: 10 }, (_, place) =>
          (place % 2 === 0 ? driver() : other()).transaction((session) =>
            session.query(`update ${table} set n = n + 1`),
          ),
        ),
      );
      const { rows } = await driver().transaction((session) => session.query(`select n from ${table}`));
      expect(rows).toEqual([{ n: 10 }]);
    });

    it("runs several statements of one session that nobody awaited one by one", async () => {
      const found = await driver().transaction((session) =>
        Promise.all([1, 2, 3].map((n) => session.query<{ n: number }>("select $1::int as n", [n]))),
      );
      expect(found.map(({ rows }) => rows[0]?.n)).toEqual([1, 2, 3]);
    });

    it("runs a script whole or not at all", async () => {
      const table = newName();
      await expect(driver().execute(`create table ${table} (n int); select 1/0;`)).rejects.toThrow();
      await driver().execute(`create table ${table} (n int); insert into ${table} values (1);`);
      expect(await count(table)).toBe(1);
    });
  });
}
