// What an invocation promises of its end: it comes once, schemas have their say, and the signal tells of a bad one.
import { called, defineFunction, type Schema } from "@faasade/core";
import type { Outcome } from "@faasade/core/adapter";
import { describe, expect, it } from "vitest";
import { appOf, asFunction, eventOf, testHost } from "./harness.ts";

const anything: Schema = { "~standard": { version: 1, vendor: "test", validate: (value) => ({ value }) } };

/** Doubles numbers and refuses the rest, at once or later. */
function doubled(isLate: boolean): Schema<number> {
  const validate = (value: unknown) =>
    typeof value === "number" ? { value: value * 2 } : { issues: [{ message: "no number" }] };
  return {
    "~standard": {
      version: 1,
      vendor: "test",
      validate: isLate ? async (value) => validate(value) : validate,
    },
  };
}

describe("an invocation past its deadline", () => {
  it("ends once, whatever its handler still comes to", async () => {
    const ends: Outcome[] = [];
    const host = testHost({ hooks: { ended: (_, outcome) => void ends.push(outcome) } });
    let finish: ((value: unknown) => void) | undefined;
    const late = defineFunction({
      name: "late",
      trigger: called({ input: anything, output: anything }),
      timeoutSeconds: 0.01,
      handle: () => new Promise((resolve) => (finish = resolve)),
    });
    const outcome = await appOf([asFunction(late)], host).call("late", eventOf(1));
    finish?.("too late");
    await new Promise((resolve) => setImmediate(resolve));
    expect(outcome).toMatchObject({ ok: false, error: { code: "timeout" } });
    expect(ends).toEqual([outcome]);
    expect(host.records).toHaveLength(1);
  });
});

describe("a signal that was handed out", () => {
  it.each([true, false])("aborts when the handler fails: %s", async (fails) => {
    let handedOut: AbortSignal | undefined;
    const fn = defineFunction({
      name: "hand-out",
      trigger: called({ input: anything, output: anything }),
      async handle(_, { signal }) {
        handedOut = signal;
        if (fails) throw new Error("failed");
      },
    });
    await appOf([asFunction(fn)], testHost()).call("hand-out", eventOf(1));
    expect(handedOut?.aborted).toBe(fails);
  });
});

describe.each([
  ["at once", false],
  ["later", true],
])("a call whose schemas answer %s", (_, isLate) => {
  const schema = doubled(isLate);
  const add = defineFunction({
    name: "add",
    trigger: called({ input: schema, output: schema }),
    handle: ({ data }) => (data > 100 ? ("many" as unknown as number) : data + 1),
  });
  const call = (data: unknown) => appOf([asFunction(add)], testHost()).call("add", eventOf(data));

  it("hands over and answers what they made of the data", async () => {
    expect(await call(5)).toEqual({ ok: true, reply: 22 });
  });

  it("is invalid when the input is refused, and internal when the answer is", async () => {
    expect(await call("five")).toMatchObject({ ok: false, error: { code: "invalid" } });
    expect(await call(51)).toMatchObject({ ok: false, error: { code: "internal" } });
  });
});
