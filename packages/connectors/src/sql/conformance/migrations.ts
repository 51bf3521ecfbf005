// Migrations: each once, in order, and none that changed.
import { describe, expect, it } from "vitest";
import type { Databases } from "../conformance.ts";
import { type Migration, type SqlLedger, type SqlReader, sql } from "../index.ts";
import { ambientOf } from "./ambient.ts";

export function testMigrations({ driver, other, newName }: Databases): void {
  const newDatabase = () => newName().replace("_", "");
  const ledger = (name: string, migrations: readonly Migration[], by = driver()) =>
    sql(name, { migrations }).connect(by, "readWrite", ambientOf()) as SqlLedger;
  const init = (table: string) => ({ id: "001-init", script: `create table ${table} (n int)` });
  const seed = (table: string) => ({
    id: "002-seed",
    script: `insert into ${table} values (1); insert into ${table} values (2)`,
  });

  describe("migrations", () => {
    it("run before the first use, in order, once, also when many start at the same time", async () => {
      const name = newDatabase();
      const migrations = [init(name), seed(name)];
      const counts = await Promise.all(
        [driver(), other(), driver(), other()].map(async (by) => {
          const { count } = await ledger(name, migrations, by).query(`select n from ${name}`);
          return count;
        }),
      );
      expect(counts).toEqual([2, 2, 2, 2]);
    });

    it("run for a client that only reads, too", async () => {
      const name = newDatabase();
      const reader = sql(name, { migrations: [init(name)] }).connect(
        driver(),
        "read",
        ambientOf(),
      ) as SqlReader;
      expect((await reader.query(`select n from ${name}`)).count).toBe(0);
    });

    it("are added later and run alone", async () => {
      const name = newDatabase();
      await ledger(name, [init(name)]).query("select 1");
      const { count } = await ledger(name, [init(name), seed(name)]).query(`select n from ${name}`);
      expect(count).toBe(2);
      // The app of before, as during a rollback.
      await ledger(name, [init(name)]).query("select 1");
    });

    it("leave nothing behind when one fails, and are tried again", async () => {
      const name = newDatabase();
      const broken = [init(name), { id: "002-seed", script: "insert into nowhere values (1)" }];
      const client = ledger(name, broken);
      for (const _ of [1, 2]) {
        await expect(client.query("select 1")).rejects.toMatchObject({
          code: "unavailable",
          message: expect.stringContaining("002-seed"),
        });
      }
      expect((await ledger(name, [init(name), seed(name)]).query(`select n from ${name}`)).count).toBe(2);
    });

    it("are refused when one was changed after it ran", async () => {
      const name = newDatabase();
      await ledger(name, [init(name)]).query("select 1");
      const changed = [{ id: "001-init", script: `create table ${name} (n bigint)` }];
      await expect(ledger(name, changed).query("select 1")).rejects.toMatchObject({
        code: "unavailable",
        message: `Cannot migrate ${name}: 001-init was changed after it ran. Restore its script and add a new migration.`,
      });
    });

    it("are refused when one was put before another that ran", async () => {
      const name = newDatabase();
      await ledger(name, [init(name)]).query("select 1");
      const moved = [{ id: "000-first", script: "select 1" }, init(name)];
      await expect(ledger(name, moved).query("select 1")).rejects.toThrow("000-first did not run");
    });
  });

  describe("the client", () => {
    it("sends what a template holds as a value, never as SQL", async () => {
      const name = newDatabase();
      const client = ledger(name, [init(name)]);
      const evil = `'; drop table ${name}; --`;
      expect((await client.one<{ said: string }>`select ${evil}::text as said`)?.said).toBe(evil);
      expect((await client.query`select ${1}::int as a, ${2}::int as b`).rows).toEqual([{ a: 1, b: 2 }]);
      expect((await client.query(`select n from ${name}`)).count).toBe(0);
    });

    it("takes one row or none as one, and refuses more", async () => {
      const client = ledger(newDatabase(), []);
      expect(await client.one`select 1 where false`).toBeUndefined();
      await expect(client.one`select generate_series(1, 2)`).rejects.toThrow("returned 2");
    });

    it("cannot write with read access", async () => {
      const name = newDatabase();
      const reader = sql(name, { migrations: [init(name)] }).connect(
        driver(),
        "read",
        ambientOf(),
      ) as SqlReader;
      await expect(reader.query(`insert into ${name} values (1)`)).rejects.toMatchObject({
        code: "forbidden",
      });
    });
  });
}
