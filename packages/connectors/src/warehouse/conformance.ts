// The suite that every driver of the warehouse port runs, whole. Only tests import this file.
import type { Ambient } from "@faasade/core";
import { type ParquetColumn, writeParquet } from "@faasade/formats/parquet";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { WarehouseDriver, WarehouseFile, WarehouseTable } from "./driver.ts";
import { type WarehouseQuery, type WarehouseReader, warehouse } from "./index.ts";

export interface WarehouseHarness {
  readonly title: string;
  open(): Promise<WarehouseDriver> | WarehouseDriver;
  readonly ambient: (signal?: AbortSignal) => Ambient;
  /** Texts that reach out of the tables: to files, the network, the configuration. */
  readonly escapes: readonly string[];
  /** A text that would take minutes. */
  readonly endless: string;
}

const columns: readonly ParquetColumn[] = [
  { name: "carrier", type: "text" },
  { name: "delay", type: "integer" },
  { name: "ratio", type: "number" },
  { name: "late", type: "boolean" },
  { name: "due", type: "timestamp" },
];
const dt: ParquetColumn = { name: "dt", type: "date" };
const carriers = ["AA", "UA", "B6"] as const;

/** 1,000 flights a day. */
export async function flightsOf(day: string): Promise<WarehouseFile> {
  const rows = Array.from({ length: 1000 }, (_, n) => {
    const delay = n % 10 === 0 ? null : n - 100;
    return [carriers[n % 3], delay, n / 8, n > 100, new Date(`${day}T10:00:00.5Z`)];
  });
  const bytes = await writeParquet(columns, rows);
  return { partition: day, bytes: bytes.length, open: async () => once(bytes) };
}

export function warehouseConformance(harness: WarehouseHarness): void {
  describe(`warehouse on ${harness.title}`, () => {
    let driver: WarehouseDriver;
    let flights: WarehouseTable;
    beforeAll(async () => {
      driver = await harness.open();
      const files = await Promise.all(["2013-01-01", "2013-01-02", "2013-01-03"].map(flightsOf));
      flights = { columns, partitionedBy: dt, files };
    });
    afterAll(() => driver.close());

    const reader = (signal?: AbortSignal) =>
      warehouse("flights").connect(driver, "read", harness.ambient(signal)) as WarehouseReader;
    const query = (text: string, options: Partial<WarehouseQuery> = {}) =>
      reader().query({ text, tables: { flights }, ...options });

    it("answers with rows, and with what was read for them", async () => {
      const text = "select dt, carrier, count(*) as n from flights group by all order by all limit 2";
      const { rows, given, scanned } = await query(text);
      expect(rows).toEqual([
        { dt: "2013-01-01", carrier: "AA", n: "334" },
        { dt: "2013-01-01", carrier: "B6", n: "333" },
      ]);
      expect(given).toEqual({ files: 3, bytes: flights.files.reduce((sum, { bytes }) => sum + bytes, 0) });
      expect(scanned.files).toBe(3);
      expect(scanned.bytes).toBeGreaterThan(0);
      expect(scanned.bytes).toBeLessThan(given.bytes);
    });

    it("reads only the partitions and columns that the text needs", async () => {
      const { scanned: all } = await query("select sum(delay), max(ratio) from flights");
      const { scanned: day } = await query(
        "select sum(delay), max(ratio) from flights where dt = '2013-01-02'",
      );
      const { scanned: column } = await query("select sum(delay) from flights where dt = '2013-01-02'");
      expect(day.files).toBe(1);
      expect(day.bytes).toBe(all.bytes / 3);
      expect(column.bytes).toBeLessThan(day.bytes);
    });

    it("counts the rows of one file without scanning it", async () => {
      const one = { flights: { ...flights, files: flights.files.slice(0, 1) } };
      const { rows, scanned } = await query("select count(*) as n from flights", { tables: one });
      expect(rows).toEqual([{ n: "1000" }]);
      expect(scanned.bytes).toBe(0);
    });

    it("gives values back as JSON can say them", async () => {
      const { columns: found, rows } = await query(
        "select * from flights where delay = 1 and dt = '2013-01-01'",
      );
      expect(found.map(({ name }) => name)).toEqual(["carrier", "delay", "ratio", "late", "due", "dt"]);
      const row = {
        carrier: "B6",
        delay: 1,
        ratio: 12.625,
        late: true,
        due: "2013-01-01 10:00:00.5",
        dt: "2013-01-01",
      };
      expect(rows).toEqual([row]);
    });

    it("takes values as parameters, never as text", async () => {
      const text =
        "select $1 as a, $2::date as b, $3 as c, $4 as d, $5::timestamptz at time zone 'UTC' as e, $6 as f";
      const params = ["'; drop table flights; --", "2013-01-02", 1.5, true, new Date(0), null];
      const { rows } = await query(text, { params });
      const [a, b] = params;
      expect(rows).toEqual([{ a, b, c: 1.5, d: true, e: "1970-01-01 00:00:00", f: null }]);
    });

    it("knows a table without files by its columns", async () => {
      const empty = { flights: { ...flights, files: [] } };
      const { rows, scanned } = await query(
        "select count(*) as n, max(delay) as d, max(dt) as t from flights",
        { tables: empty },
      );
      expect(rows).toEqual([{ n: "0", d: null, t: null }]);
      expect(scanned).toEqual({ files: 0, bytes: 0 });
    });

    it("joins tables, partitioned or not", async () => {
      const names: ParquetColumn[] = [
        { name: "carrier", type: "text" },
        { name: "name", type: "text" },
      ];
      const bytes = await writeParquet(names, [
        ["AA", "American"],
        ["UA", "United"],
      ]);
      const carriers = { columns: names, files: [{ bytes: bytes.length, open: async () => once(bytes) }] };
      const text =
        "select name, count(*) as n from flights join carriers using (carrier) group by 1 order by 1";
      const { rows } = await query(text, { tables: { flights, carriers } });
      expect(rows).toEqual([
        { name: "American", n: "1002" },
        { name: "United", n: "999" },
      ]);
    });

    it("reads nothing when the files are more than allowed", async () => {
      let opened = 0;
      const open = async () => {
        opened += 1;
        return once(new Uint8Array());
      };
      const tables = { flights: { ...flights, files: [{ partition: "2013-01-01", bytes: 2000, open }] } };
      await expect(query("select 1", { tables, maxBytes: 1999 })).rejects.toMatchObject({
        code: "too_large",
      });
      expect(opened).toBe(0);
    });

    it("gives no more rows than allowed", async () => {
      const text = "select carrier from flights";
      await expect(query(text, { maxRows: 2999 })).rejects.toMatchObject({ code: "too_large" });
      expect((await query(text, { maxRows: 3000 })).rows.length).toBe(3000);
    });

    it.each([
      ["a text that is no SQL", "selec 1", "invalid"],
      ["a table that was not handed over", "select * from airports", "invalid"],
      ["a value that cannot be cast", "select 'x'::date", "invalid"],
      ["two statements", "select 1; select 2", "invalid"],
      ["no statement", "", "invalid"],
    ])("refuses %s", async (_, text, code) => {
      await expect(query(text)).rejects.toMatchObject({ code });
    });

    it.each([
      ["create table copied as select * from flights"],
      ["drop view flights"],
      ["insert into flights select * from flights"],
      ["begin"],
    ])("changes nothing: %s", async (text) => {
      await expect(query(text)).rejects.toMatchObject({
        code: expect.stringMatching(/^(forbidden|invalid)$/),
      });
    });

    it.each(harness.escapes.map((text) => [text]))("does not let out: %s", async (text) => {
      await expect(query(text)).rejects.toMatchObject({
        code: expect.stringMatching(/^(forbidden|invalid)$/),
      });
    });

    it("ends what takes too long, and answers the next query", async () => {
      await expect(query(harness.endless, { timeoutSeconds: 0.5 })).rejects.toMatchObject({
        code: "timeout",
      });
      const stop = new AbortController();
      const waiting = reader(stop.signal).query({ text: harness.endless, tables: { flights } });
      stop.abort();
      await expect(waiting).rejects.toMatchObject({ code: "timeout" });
      expect((await query("select 1 as one")).rows).toEqual([{ one: 1 }]);
    });

    it("notices a file that is not as long as promised", async () => {
      const [file] = flights.files;
      const short = { ...(file as WarehouseFile), bytes: 10 };
      const broken = query("select 1", { tables: { flights: { ...flights, files: [short] } } });
      await expect(broken).rejects.toMatchObject({ code: "unavailable" });
    });
  });
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
