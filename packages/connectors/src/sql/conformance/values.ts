// Values: the same in and out on every driver.
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Databases } from "../conformance.ts";
import type { SqlValue } from "../driver.ts";
import { JsonValue } from "../encode.ts";

/** A literal of SQL, and what a row holds for it. */
const literals: readonly (readonly [sql: string, value: SqlValue])[] = [
  ["null::text", null],
  ["true", true],
  ["9007199254740993::int8", "9007199254740993"],
  ["1.50::numeric", "1.50"],
  ["2147483647::int4", 2147483647],
  ["'NaN'::float8", Number.NaN],
  ["0.1::float8", 0.1],
  ["'a'::varchar(3)", "a"],
  [`'{"a":[1,null]}'::jsonb`, { a: [1, null] }],
  ["'\\x00ff'::bytea", new Uint8Array([0, 255])],
  ["'2026-03-29 01:30:00.123+02'::timestamptz", new Date("2026-03-28T23:30:00.123Z")],
  ["'2026-03-29 01:30:00'::timestamp", new Date("2026-03-29T01:30:00Z")],
  ["'2026-03-29'::date", new Date("2026-03-29T00:00:00Z")],
  ["'infinity'::timestamptz", Number.POSITIVE_INFINITY],
  ["'{}'::int4[]", []],
  ["'[0:1]={7,NULL}'::int4[]", [7, null]],
  [
    "array[array['a,b','c\"d'],array['\\', 'NULL']]",
    [
      ["a,b", 'c"d'],
      ["\\", "NULL"],
    ],
  ],
  ['array[\'{"a":"}"}\'::jsonb]', [{ a: "}" }]],
  ["'0f8fad5b-d9cb-469f-a165-70867728950e'::uuid", "0f8fad5b-d9cb-469f-a165-70867728950e"],
];

// Postgres stores no NUL in text and no lone surrogates.
const text = fc.string({ unit: "binary" }).map((value) => value.replaceAll("\0", "").toWellFormed());
const parameters = fc.record({
  text: fc.option(text),
  bytes: fc.uint8Array(),
  integer: fc.integer(),
  float: fc.double(),
  at: fc.date({ min: new Date("0001-01-01"), max: new Date("9999-12-31"), noInvalidDate: true }),
  json: fc.jsonValue(),
  texts: fc.array(fc.option(text)),
  blobs: fc.array(fc.uint8Array()),
});

export function testValues({ driver }: Databases): void {
  describe("values", () => {
    // What is read must not depend on where the process runs.
    const zone = process.env["TZ"];
    beforeAll(() => {
      process.env["TZ"] = "America/New_York";
    });
    afterAll(() => {
      if (zone === undefined) delete process.env["TZ"];
      else process.env["TZ"] = zone;
    });

    it("reads every type as the port says", async () => {
      const columns = literals.map(([sql], place) => `${sql} as c${place}`).join(", ");
      const { rows, count } = await driver().transaction((session) => session.query(`select ${columns}`));
      expect(Object.values(rows[0]!)).toEqual(literals.map(([, value]) => value));
      expect(count).toBe(1);
    });

    it("returns every parameter as it was given", async () => {
      await fc.assert(
        fc.asyncProperty(parameters, async (value) => {
          const { rows } = await driver().transaction((session) =>
            session.query(
              `select $1::text as text, $2::bytea as bytes, $3::int4 as integer, $4::float8 as float,
                 $5::timestamptz as at, $6::json as json, $7::text[] as texts, $8::bytea[] as blobs`,
              [...Object.values({ ...value, json: new JsonValue(value.json) })],
            ),
          );
          const negativeZero = (number: number) => (number === 0 ? 0 : number);
          const json = JSON.parse(JSON.stringify(value.json));
          expect({ ...rows[0], float: negativeZero(rows[0]!.float as number) }).toEqual({
            ...value,
            json,
            float: negativeZero(value.float),
          });
        }),
        { numRuns: 60 },
      );
    });

    it("counts rows that were inserted, updated, deleted and returned", async () => {
      const counts = await driver().transaction(async (session) => {
        await session.query("create temporary table counted (n int) on commit drop");
        const statements = [
          "insert into counted select generate_series(1, 5)",
          "update counted set n = n + 1 where n > 2",
          "delete from counted where n = 1",
          "select n from counted",
        ];
        const found: number[] = [];
        for (const statement of statements) found.push((await session.query(statement)).count);
        return found;
      });
      expect(counts).toEqual([5, 3, 1, 4]);
    });
  });
}
