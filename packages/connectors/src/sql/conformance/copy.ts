// COPY: any value, any amount, all or nothing.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { connectSql } from "../client.ts";
import type { Databases } from "../conformance.ts";
import type { SqlWriter } from "../index.ts";
import { Migrations } from "../migrations.ts";
import { PackedRows } from "../packed-rows.ts";
import { ambientOf } from "./ambient.ts";

const trickyText = fc
  .string({ unit: fc.constantFrom("\\", "\t", "\n", "\r", "N", ".", '"', "{", "a", "é", "😀", ",") })
  .map((text) => text);
const row = fc.record({
  t: fc.option(trickyText),
  b: fc.option(fc.uint8Array()),
  d: fc.option(fc.date({ min: new Date("1900-01-01"), max: new Date("2100-01-01"), noInvalidDate: true })),
  j: fc.option(fc.dictionary(fc.string(), trickyText)),
});

export function testCopy({ driver, newName }: Databases): void {
  const writer = () =>
    connectSql(driver(), new Migrations("copies", []), "readWrite", ambientOf()) as SqlWriter;

  describe("copyIn", () => {
    it("stores every row as it was given, whatever its characters", async () => {
      const table = `Tricky "${newName()}"`;
      const quoted = `"${table.replaceAll('"', '""')}"`;
      await driver().execute(
        `create table ${quoted} (n int, t text, b bytea, d timestamptz, "J ""x""" json)`,
      );
      await fc.assert(
        fc.asyncProperty(fc.array(row), async (rows) => {
          await driver().execute(`truncate ${quoted}`);
          const values = rows.map(({ t, b, d, j }, n) => [t, n, b, d, j]);
          expect(await writer().copyIn(table, ["t", "n", "b", "d", 'J "x"'], values)).toBe(rows.length);
          const stored = await writer().query(`select t, b, d, "J ""x""" as j from ${quoted} order by n`);
          expect(stored.rows).toEqual(
            rows.map((one) => ({ ...one, j: one.j && JSON.parse(JSON.stringify(one.j)) })),
          );
        }),
        { numRuns: 40 },
      );
    });

    it("takes more than fits into one piece, from a source that makes it on the way", async () => {
      const table = newName();
      await driver().execute(`create table ${table} (n int, t text)`);
      const filling = "x\\\n".repeat(100);
      async function* rows() {
        for (let n = 0; n < 20_000; n += 1) yield [n, filling];
      }
      expect(await writer().copyIn(`public.${table}`, ["n", "t"], rows())).toBe(20_000);
      const found = await writer().one(
        `select count(*)::int as rows, count(distinct n)::int as numbers, count(distinct t)::int as texts from ${table}`,
      );
      expect(found).toEqual({ rows: 20_000, numbers: 20_000, texts: 1 });
    });

    it("stores nothing when the source fails, and passes its error on", async () => {
      const table = newName();
      await driver().execute(`create table ${table} (n int)`);
      const mishap = new Error("mishap");
      async function* rows() {
        for (let n = 0; n < 50_000; n += 1) yield [n];
        throw mishap;
      }
      await expect(writer().copyIn(table, ["n"], rows())).rejects.toBe(mishap);
      expect((await writer().query(`select n from ${table}`)).count).toBe(0);
    });

    it("leaves nothing of a copy whose source failed, also when the transaction goes on", async () => {
      const table = newName();
      await driver().execute(`create table ${table} (n text)`);
      const filling = Buffer.from(`${"1".repeat(999)}\n`.repeat(2_000));
      async function* bytes() {
        yield filling;
        throw new Error("mishap");
      }
      await driver().transaction(async (session) => {
        await expect(session.copyIn(`${table} (n)`, bytes())).rejects.toThrow("mishap");
        await session.query(`insert into ${table} values ('2')`);
      });
      expect((await writer().query(`select n from ${table}`)).rows).toEqual([{ n: "2" }]);
    });

    it("stops reading an endless source once the database refuses a row", async () => {
      const table = newName();
      await driver().execute(`create table ${table} (n int not null)`);
      let isClosed = false;
      async function* rows() {
        try {
          for (;;) yield [null];
        } finally {
          isClosed = true;
        }
      }
      await expect(writer().copyIn(table, ["n"], rows())).rejects.toMatchObject({ code: "conflict" });
      expect(isClosed).toBe(true);
      expect((await writer().query(`select n from ${table}`)).count).toBe(0);
    });

    it("copies packed rows as it does others, as often as it is asked to, and in the order they were added", async () => {
      const table = newName();
      await driver().execute(`create table ${table} (at int generated always as identity, n int, t text)`);
      const packed = new PackedRows(2);
      const texts = Array.from({ length: 20_000 }, (_, n) => (n % 3 === 0 ? null : `${n} \\ é\n`));
      for (const [n, text] of texts.entries())
        packed.add(n % 2 === 0 ? [n, text] : [n], n % 2 === 0 ? [] : [text]);
      expect(packed.length).toBe(20_000);
      const copy = () => writer().copyIn(table, ["n", "t"], packed);
      expect([await copy(), await copy()]).toEqual([20_000, 20_000]);
      const { rows } = await writer().query<{ t: string }>(`select t from ${table} order by at`);
      expect(rows.map(({ t }) => t)).toEqual([...texts, ...texts]);
      await expect(writer().copyIn(table, ["n"], packed)).rejects.toThrow(
        "packed rows of 2 values into 1 columns",
      );
    });

    it("says which row has not one value for each column", async () => {
      const table = newName();
      await driver().execute(`create table ${table} (n int)`);
      await expect(writer().copyIn(table, ["n"], [[1], [2, 3]])).rejects.toThrow("row 2");
    });

    it("refuses an unknown table even when there are no rows", async () => {
      await expect(writer().copyIn(newName(), ["n"], [])).rejects.toMatchObject({
        cause: { sqlState: "42P01" },
      });
    });
  });
}
