import { defineFunction, http, json, schedule } from "@faasade/core";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { exampleOf, examplesOf } from "../src/app/example.ts";

const every = {
  text: v.string(),
  short: v.pipe(v.string(), v.maxLength(2)),
  long: v.pipe(v.string(), v.minLength(10)),
  size: v.picklist(["small", "large"]),
  kind: v.literal("order"),
  amount: v.pipe(v.number(), v.integer(), v.minValue(10)),
  share: v.pipe(v.number(), v.maxValue(0.9)),
  flag: v.boolean(),
  mail: v.pipe(v.string(), v.email()),
  link: v.pipe(v.string(), v.url()),
  at: v.pipe(v.string(), v.isoTimestamp()),
  day: v.pipe(v.string(), v.isoDate()),
  id: v.pipe(v.string(), v.uuid()),
  none: v.null(),
  optional: v.optional(v.string()),
  list: v.array(v.string()),
  lines: v.pipe(v.array(v.object({ item: v.string(), count: v.number() })), v.minLength(1)),
  to: v.object({ name: v.string(), place: v.object({ street: v.string() }) }),
  either: v.variant("type", [
    v.object({ type: v.literal("card"), number: v.string() }),
    v.object({ type: v.literal("cash"), coins: v.number() }),
  ]),
};

describe("an example", () => {
  it.each(Object.entries(every))("is taken by the schema it is of: %s", (name, field) => {
    for (const schema of [
      v.object({ [name]: field }),
      field,
      v.strictObject({ a: v.object({ [name]: field }) }),
    ]) {
      const example = exampleOf(schema);
      expect(example, JSON.stringify(example)).not.toBeUndefined();
      expect(v.is(schema, example), JSON.stringify(example)).toBe(true);
    }
  });

  it("has everything at once, and nothing that may be left out", () => {
    const example = exampleOf(v.object(every));
    expect(v.is(v.object(every), example)).toBe(true);
    expect(example).not.toHaveProperty("optional");
  });

  it.each([
    ["a form that cannot be guessed", v.object({ code: v.pipe(v.string(), v.regex(/^[A-Z]{3}\d{7}$/)) })],
    ["an answer that comes later", v.objectAsync({ a: v.string() })],
    [
      "a schema that throws",
      v.pipe(
        v.unknown(),
        v.check(() => {
          throw new Error("oh");
        }),
      ),
    ],
    ["nothing at all", v.never()],
  ])("is not made up for %s", (_, schema) => {
    expect(exampleOf(schema as v.GenericSchema)).toBeUndefined();
  });

  it("stands under its route; a route without a schema, and a schedule, have none", () => {
    const body = v.object({ amount: v.number() });
    const routes = { "POST /a": { auth: "public", body }, "PUT /b": { auth: "public" } } as const;
    const handle = () => {};
    expect(examplesOf(defineFunction({ name: "a", trigger: http(routes), handle: () => json("") }))).toEqual({
      "POST /a": { amount: 1 },
    });
    expect(examplesOf(defineFunction({ name: "b", trigger: schedule("* * * * *"), handle }))).toEqual({});
  });
});
