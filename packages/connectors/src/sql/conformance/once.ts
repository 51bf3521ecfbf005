// Seen as once: an event's effects and the mark that it was seen come and go together.
import { seenOnce } from "@faasade/core/adapter";
import { describe, expect, it } from "vitest";
import type { Databases } from "../conformance.ts";
import { type SqlLedger, type SqlWriter, sql } from "../index.ts";
import { ambientOf } from "./ambient.ts";

export function testOnce({ driver, other, newName }: Databases): void {
  const ledger = (by = driver()) => sql("once").connect(by, "readWrite", ambientOf()) as SqlLedger;
  const newTable = async () => {
    const table = newName();
    await driver().execute(`create table ${table} (n int)`);
    return table;
  };
  const insert = (table: string) => async (client: SqlWriter, fresh: readonly string[]) => {
    for (const _ of fresh) await client.query(`insert into ${table} values (1)`);
    return { result: fresh.length, done: fresh };
  };

  describe("seen as once", () => {
    it("runs the effects of a key once, and says undefined the next time", async () => {
      const table = await newTable();
      expect(await ledger()[seenOnce]([`${table}:a`], insert(table))).toBe(1);
      expect(await ledger()[seenOnce]([`${table}:a`], insert(table))).toBeUndefined();
      expect(await ledger()[seenOnce]([`${table}:a`, `${table}:b`], insert(table))).toBe(1);
      expect((await ledger().query(`select n from ${table}`)).count).toBe(2);
    });

    it("undoes effects and mark together when the effects fail", async () => {
      const table = await newTable();
      const failing = ledger()[seenOnce]([`${table}:a`], async (client, fresh) => {
        await insert(table)(client, fresh);
        throw new Error("mishap");
      });
      await expect(failing).rejects.toThrow("mishap");
      expect((await ledger().query(`select n from ${table}`)).count).toBe(0);
      expect(await ledger()[seenOnce]([`${table}:a`], insert(table))).toBe(1);
    });

    it("marks only what the effects say is done", async () => {
      const table = await newTable();
      const keys = [`${table}:a`, `${table}:b`];
      await ledger()[seenOnce](keys, async () => ({ result: undefined, done: [keys[1]!] }));
      const seen: string[] = [];
      await ledger()[seenOnce](keys, async (_client, fresh) => {
        seen.push(...fresh);
        return { result: undefined, done: fresh };
      });
      expect(seen).toEqual([keys[0]]);
    });

    it("gives a transaction inside the effects a savepoint: it fails alone", async () => {
      const table = await newTable();
      await ledger()[seenOnce]([`${table}:a`], async (client, fresh) => {
        await client.query(`insert into ${table} values (1)`);
        const inner = client.transaction(async (tx) => {
          await tx.query(`insert into ${table} values (2)`);
          await tx.transaction((innermost) => innermost.query(`insert into ${table} values (3)`));
          throw new Error("inner mishap");
        });
        await expect(inner).rejects.toThrow("inner mishap");
        await client.transaction((tx) => tx.query(`insert into ${table} values (4)`));
        return { result: undefined, done: fresh };
      });
      expect((await ledger().query(`select n from ${table} order by n`)).rows).toEqual([{ n: 1 }, { n: 4 }]);
    });

    it("runs the effects once when many runs race for overlapping keys", async () => {
      const table = await newTable();
      const letters = ["a", "b", "c", "d"].map((letter) => `${table}:${letter}`);
      await Promise.all(
        Array.from({ length: 8 }, (_, place) => {
          const keys = place % 2 === 0 ? letters : letters.toReversed();
          return ledger(place % 3 === 0 ? other() : driver())[seenOnce](keys.slice(place % 4), insert(table));
        }),
      );
      expect((await ledger().query(`select n from ${table}`)).count).toBe(4);
    });

    it("never has two batches of the same keys wait for each other", async () => {
      const table = await newTable();
      for (const round of [1, 2, 3]) {
        const keys = Array.from({ length: 3000 }, (_, place) => `${table}:${round}:${place}`);
        const all = async (_client: SqlWriter, fresh: readonly string[]) => ({
          result: fresh.length,
          done: fresh,
        });
        const results = await Promise.all([
          ledger()[seenOnce](keys, all),
          ledger(other())[seenOnce](keys.toReversed(), all),
        ]);
        expect(results.filter((result) => result !== undefined)).toEqual([3000]);
      }
    });

    it("takes keys of any length", async () => {
      const table = await newTable();
      const long = `${table}:${"x".repeat(5000)}`;
      expect(await ledger()[seenOnce]([`${long}1`, `${long}2`], insert(table))).toBe(2);
      expect(await ledger()[seenOnce]([`${long}1`], insert(table))).toBeUndefined();
    });
  });
}
