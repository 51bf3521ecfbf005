// Streams: rows as they come, however many there are.
import { describe, expect, it } from "vitest";
import { connectSql } from "../client.ts";
import type { Databases } from "../conformance.ts";
import type { SqlReader } from "../index.ts";
import { Migrations } from "../migrations.ts";
import { ambientOf } from "./ambient.ts";

// In the list of a select, unlike in its from, a series is made row by row; nobody could wait for all of this one.
const endless = "select generate_series(1, 1000000000000) as n";

export function testStreams({ driver }: Databases): void {
  const reader = () => connectSql(driver(), new Migrations("streams", []), "read", ambientOf()) as SqlReader;

  describe("streams", () => {
    it("gives the first rows of a select that would never end, then stops", async () => {
      const seen: string[] = [];
      for await (const { n } of reader().stream<{ n: string }>(endless)) {
        seen.push(n);
        if (seen.length === 1000) break;
      }
      expect(seen.at(-1)).toBe("1000");
      expect((await reader().one<{ n: number }>("select 1 as n"))?.n).toBe(1);
    });

    it("gives every row once, in order, around the size of its pages", async () => {
      for (const length of [0, 1, 255, 256, 257, 1000]) {
        const rows = await Array.fromAsync(
          reader().stream<{ n: number }>`select n::int from generate_series(1, ${length}::int) as n`,
        );
        expect(rows.map(({ n }) => n)).toEqual(Array.from({ length }, (_, place) => place + 1));
      }
    });

    it("leaves the session free for other statements between rows", async () => {
      const sums = await driver().transaction(async (session) => {
        const found: number[] = [];
        for await (const { n } of session.stream<{ n: number }>(
          "select n::int from generate_series(1, 3) as n",
        )) {
          for await (const row of session.stream<{ sum: number }>("select $1::int + 1 as sum", [n]))
            found.push(row.sum);
        }
        return found;
      });
      expect(sums).toEqual([2, 3, 4]);
    });

    it("passes on what fails in the middle, and ends its transaction", async () => {
      const reading = Array.fromAsync(
        reader().stream("select 1 / (500 - n) from generate_series(1, 1000) as n"),
      );
      await expect(reading).rejects.toMatchObject({ cause: { sqlState: "22012" } });
      expect((await reader().one<{ n: number }>("select 1 as n"))?.n).toBe(1);
    });

    it("passes on what the reader throws, and ends its transaction", async () => {
      const mishap = new Error("mishap");
      const reading = async () => {
        for await (const _ of reader().stream(endless)) throw mishap;
      };
      await expect(reading()).rejects.toBe(mishap);
      expect((await reader().one<{ n: number }>("select 1 as n"))?.n).toBe(1);
    });
  });
}
