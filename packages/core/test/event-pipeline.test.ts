// What the pipeline promises for events: split or batched, validated, remembered; each failure named and judged.
import {
  callable,
  called,
  defineFunction,
  FunctionError,
  type MessageSource,
  messageReceived,
  objectCreated,
  type Resource,
  readWrite,
  schedule,
} from "@faasade/core";
import { type AnyFunction, type Effects, matchesKey, type OnceLedger, seenOnce } from "@faasade/core/adapter";
import fc from "fast-check";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { appOf, eventOf, testHost } from "./harness.ts";

const asFunction = (fn: unknown): AnyFunction => fn as AnyFunction;
const schema = v.object({ count: v.number() });
const source = {
  kind: "queue",
  name: "jobs",
  schema,
  format: "cloudevents",
  connect: () => undefined,
} as unknown as MessageSource<{ count: number }>;
const store = { kind: "object-store", name: "photos", connect: () => undefined } as Resource<"object-store">;

describe("events one by one", () => {
  const judge = defineFunction({
    name: "judge",
    trigger: messageReceived(source),
    handle(event) {
      if (event.data.count === 1) throw new FunctionError("unprocessable", "Never.");
      if (event.data.count === 2) throw new Error("Later.");
    },
  });
  const events = [0, 1, 2, 3].map((count) => eventOf({ count }, { id: `e${count}` }));

  it("are each judged alone: permanent, retryable or done", async () => {
    const outcome = await appOf([asFunction(judge)], testHost()).events("judge", { events });
    expect(outcome).toMatchObject({
      ok: true,
      reply: {
        failed: [
          { id: "e1", error: { code: "unprocessable", redeliver: false } },
          { id: "e2", error: { code: "internal", redeliver: true } },
        ],
      },
    });
  });

  it("of an ordered source stop at the first retryable failure, and hold back all that follow", async () => {
    const outcome = await appOf([asFunction(judge)], testHost()).events("judge", { events, ordered: true });
    const failed = outcome.ok ? outcome.reply.failed : [];
    expect(failed.map(({ id, error }) => [id, error.redeliver])).toEqual([
      ["e1", false],
      ["e2", true],
      ["e3", true],
    ]);
  });

  it("whose data the schema refuses never reach the handler, and are not worth another delivery", async () => {
    const outcome = await appOf([asFunction(judge)], testHost()).events("judge", {
      events: [eventOf({ count: "x" })],
    });
    expect(outcome).toMatchObject({
      ok: true,
      reply: { failed: [{ error: { code: "invalid", redeliver: false, details: [{ path: "count" }] } }] },
    });
  });

  it("for unknown functions, or of the wrong kind, are refused", async () => {
    const app = appOf([asFunction(judge)], testHost());
    expect(await app.events("nobody", { events })).toMatchObject({ ok: false, error: { code: "not_found" } });
    expect(await app.call("judge", eventOf({}))).toMatchObject({ ok: false, error: { code: "not_found" } });
  });

  it("carry their attempt and their trace into the context", async () => {
    const seen: unknown[] = [];
    const look = defineFunction({
      name: "look",
      trigger: schedule("* * * * *"),
      handle: (_event, { attempt, traceparent }) => void seen.push(attempt, traceparent),
    });
    const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    await appOf([asFunction(look)], testHost()).events("look", {
      events: [eventOf({}, { extensions: { traceparent } })],
      attempt: 3,
    });
    expect(seen).toEqual([3, traceparent]);
  });

  it("of a store that do not match the filter are done without a call", async () => {
    let handled = 0;
    const made = defineFunction({
      name: "made",
      trigger: objectCreated(store, { prefix: "in/", suffix: [".jpg"] }),
      handle() {
        handled += 1;
      },
    });
    const app = appOf([asFunction(made)], testHost());
    for (const key of ["in/a.JPG", "in/a.png", "out/a.jpg"])
      await app.events("made", { events: [eventOf({ store: "photos", key })] });
    expect(handled).toBe(1);
    for (const data of [null, undefined, "key", {}, { key: 1 }]) {
      expect(await app.events("made", { events: [eventOf(data)] })).toMatchObject({
        reply: { failed: [{ error: { code: "invalid", redeliver: false } }] },
      });
    }
    // What the port keeps for itself starts nothing, not even a function that takes every key.
    expect(matchesKey({}, ".faasade/once/a.jpg")).toBe(false);
  });
});

describe("batches", () => {
  it("hand over all that is valid, and name what failed by id", async () => {
    const sizes: number[] = [];
    const batch = defineFunction({
      name: "batch",
      trigger: messageReceived(source, { batch: { size: 10 } }),
      handle(events) {
        sizes.push(events.length);
        return {
          failed: events
            .filter(({ data }) => data.count > 2)
            .map(({ id }) => ({ id, error: new FunctionError("conflict", "No.") })),
        };
      },
    });
    const events = [
      eventOf({ count: 1 }, { id: "a" }),
      eventOf({}, { id: "b" }),
      eventOf({ count: 3 }, { id: "c" }),
    ];
    const outcome = await appOf([asFunction(batch)], testHost()).events("batch", { events });
    expect(sizes).toEqual([2]);
    expect(outcome).toMatchObject({
      ok: true,
      reply: {
        failed: [
          { id: "b", error: { code: "invalid" } },
          { id: "c", error: { code: "conflict" } },
        ],
      },
    });
  });

  it("of an ordered source hold back what comes after the first event that can be retried", async () => {
    const trigger = messageReceived(source, { batch: { size: 10 } });
    const error = (count: number) => new FunctionError(count === 1 ? "unprocessable" : "unavailable", "No.");
    const batch = defineFunction({
      name: "batch",
      trigger,
      handle: (events) => ({
        failed: events
          .filter(({ data }) => [1, 2].includes(data.count))
          .map(({ id, data }) => ({ id, error: error(data.count) })),
      }),
    });
    const events = [0, 1, 2, 3].map((count) => eventOf({ count }, { id: `e${count}` }));
    const outcome = await appOf([asFunction(batch)], testHost()).events("batch", { events, ordered: true });
    const failed = outcome.ok ? outcome.reply.failed : [];
    expect(failed.map((item) => [item.id, item.error.redeliver])).toEqual([
      ["e1", false],
      ["e2", true],
      ["e3", true],
    ]);
  });

  it("whose handler blames an event that it was not given fail as a whole: one that failed would pass for handled", async () => {
    const batch = defineFunction({
      name: "batch",
      trigger: messageReceived(source, { batch: {} }),
      handle: () => ({ failed: [{ id: "nobody", error: new Error("Not kept.") }] }),
    });
    const outcome = await appOf([asFunction(batch)], testHost()).events("batch", {
      events: [eventOf({ count: 1 })],
    });
    expect(outcome).toMatchObject({
      ok: false,
      error: { code: "internal", redeliver: true, message: expect.stringContaining("nobody") },
    });
  });

  it("that throw fail as a whole", async () => {
    const batch = defineFunction({
      name: "batch",
      trigger: messageReceived(source, { batch: {} }),
      handle: () => {
        throw new Error("All.");
      },
    });
    const outcome = await appOf([asFunction(batch)], testHost()).events("batch", {
      events: [eventOf({ count: 1 })],
    });
    expect(outcome).toMatchObject({ ok: false, error: { code: "internal" } });
  });
});

describe("calls", () => {
  const double = callable("double", { input: v.object({ n: v.number() }), output: v.number() });
  const fn = defineFunction({
    name: "double",
    trigger: called(double),
    handle: ({ data }) => (data.n === 0 ? ("zero" as never) : data.n * 2),
  });

  it("answer with what the output schema accepts, and fail with internal when it does not", async () => {
    const app = appOf([asFunction(fn)], testHost());
    expect(await app.call("double", eventOf({ n: 4 }))).toEqual({ ok: true, reply: 8 });
    expect(await app.call("double", eventOf({ n: "4" }))).toMatchObject({
      ok: false,
      error: { code: "invalid" },
    });
    expect(await app.call("double", eventOf({ n: 0 }))).toMatchObject({
      ok: false,
      error: { code: "internal" },
    });
  });
});

/** A ledger in memory whose effects and marks stand or fall together, as a transaction's do. */
function memoryLedger(applied: string[]) {
  const marks = new Set<string>();
  const ledger: OnceLedger<string[]> & { marks: Set<string> } = {
    marks,
    async [seenOnce]<Result>(
      keys: readonly string[],
      effects: (client: string[], fresh: readonly string[]) => Promise<Effects<Result>>,
    ) {
      const fresh = keys.filter((key) => !marks.has(key));
      if (fresh.length === 0) return undefined;
      const written: string[] = [];
      const { result, done } = await effects(written, fresh);
      for (const key of done) marks.add(key);
      applied.push(...written);
      return result;
    },
  };
  return ledger;
}

describe("once", () => {
  const functionsOn = (ledger: unknown, failOn: (id: string) => boolean) => {
    const resource = { kind: "sql", name: "ledger", connect: () => ledger } as unknown as Resource<
      "sql",
      { readWrite: string[] }
    >;
    const drivers = { ledger: { url: "memory:", load: async () => ({ open: () => ({}) }) } };
    const uses = { ledger: readWrite(resource) };
    const single = defineFunction({
      name: "single",
      trigger: messageReceived(source),
      uses,
      once: { in: "ledger" },
      handle({ id }, context) {
        if (failOn(id)) throw new Error("Again.");
        context.ledger.push(id);
      },
    });
    const batch = defineFunction({
      name: "batch",
      trigger: messageReceived(source, { batch: {} }),
      uses,
      once: { in: "ledger" },
      handle(events, context) {
        const failed = events.filter(({ id }) => failOn(id));
        for (const event of events) if (!failed.includes(event)) context.ledger.push(event.id);
        return { failed: failed.map(({ id }) => ({ id, error: new Error("Again.") })) };
      },
    });
    return appOf([asFunction(single), asFunction(batch)], testHost(), drivers);
  };

  it.each(["single", "batch"])(
    "applies each event's effects exactly once under duplicates, reordering and retries (%s)",
    async (name) => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.array(fc.integer({ min: 0, max: 6 }), { maxLength: 5 }), { maxLength: 8 }),
          fc.array(fc.boolean(), { maxLength: 30 }),
          async (deliveries, failures) => {
            const applied: string[] = [];
            let calls = 0;
            const app = functionsOn(memoryLedger(applied), () => failures[calls++] === true);
            for (const ids of deliveries)
              await app.events(name, { events: ids.map((id) => eventOf({ count: 1 }, { id: `e${id}` })) });
            calls = failures.length;
            const all = [...new Set(deliveries.flat())].map((id) => eventOf({ count: 1 }, { id: `e${id}` }));
            if (all.length > 0) await app.events(name, { events: all });
            expect([...applied].sort()).toEqual(all.map(({ id }) => id).sort());
          },
        ),
      );
    },
  );

  it("keeps a batch undone whose handler blames an event that it was not given", async () => {
    const applied: string[] = [];
    const ledger = memoryLedger(applied);
    const resource = { kind: "sql", name: "ledger", connect: () => ledger } as unknown as Resource<
      "sql",
      { readWrite: string[] }
    >;
    const blaming = defineFunction({
      name: "blaming",
      trigger: messageReceived(source, { batch: {} }),
      uses: { ledger: readWrite(resource) },
      once: { in: "ledger" },
      handle: () => ({ failed: [{ id: "nobody", error: new Error("Not kept.") }] }),
    });
    const drivers = { ledger: { url: "memory:", load: async () => ({ open: () => ({}) }) } };
    const app = appOf([asFunction(blaming)], testHost(), drivers);
    expect(await app.events("blaming", { events: [eventOf({ count: 1 })] })).toMatchObject({ ok: false });
    expect([...ledger.marks]).toEqual([]);
  });

  it("keeps events apart whose source and id only look the same together", async () => {
    const applied: string[] = [];
    const app = functionsOn(memoryLedger(applied), () => false);
    await app.events("single", {
      events: [
        eventOf({ count: 1 }, { source: "urn:a", id: "b:1" }),
        eventOf({ count: 1 }, { source: "urn:a:b", id: "1" }),
      ],
    });
    expect(applied).toEqual(["b:1", "1"]);
  });

  it("keeps the same id of two sources, and of two functions, apart", async () => {
    const applied: string[] = [];
    const app = functionsOn(memoryLedger(applied), () => false);
    await app.events("single", {
      events: [eventOf({ count: 1 }, { source: "/a" }), eventOf({ count: 1 }, { source: "/b" })],
    });
    await app.events("batch", { events: [eventOf({ count: 1 }, { source: "/a" })] });
    expect(applied).toEqual(["1", "1", "1"]);
  });
});

describe("invocations", () => {
  it("tell their hooks when they start and how they end", async () => {
    const seen: unknown[] = [];
    const hooks = {
      started: ({ function: name, attempt }: { function: string; attempt: number }) =>
        seen.push([name, attempt]),
      ended: (_info: unknown, outcome: { ok: boolean }) => seen.push(outcome.ok),
    };
    const tick = defineFunction({ name: "tick", trigger: schedule("* * * * *"), handle() {} });
    await appOf([asFunction(tick)], testHost({ hooks })).events("tick", {
      events: [eventOf({})],
      attempt: 2,
    });
    expect(seen).toEqual([["tick", 2], true]);
  });

  it("are not changed by a hook that throws", async () => {
    const fail = (): never => {
      throw new Error("Hooked.");
    };
    const tick = defineFunction({ name: "tick", trigger: schedule("* * * * *"), handle() {} });
    const host = testHost({ hooks: { started: fail, ended: fail } });
    const outcome = await appOf([asFunction(tick)], host).events("tick", { events: [eventOf({})] });
    expect(outcome).toEqual({ ok: true, reply: { failed: [] } });
    expect(host.records.map(({ message }) => message)).toEqual([
      expect.stringContaining("started"),
      expect.stringContaining("ended"),
    ]);
  });

  it("open a driver once, and try again when it could not be opened", async () => {
    let opened = 0;
    const resource = { kind: "sql", name: "db", connect: (driver: unknown) => driver } as unknown as Resource<
      "sql",
      { readWrite: number }
    >;
    const open = () => {
      opened += 1;
      if (opened === 1) throw new Error("Not yet.");
      return opened;
    };
    const use = defineFunction({
      name: "use",
      trigger: schedule("* * * * *"),
      uses: { db: readWrite(resource) },
      handle: (_event, { db }) => void expect(db).toBe(2),
    });
    const app = appOf([asFunction(use)], testHost(), { db: { url: "db:", load: async () => ({ open }) } });
    const run = () => app.events("use", { events: [eventOf({})] });
    expect(await run()).toMatchObject({ ok: false, error: { code: "unavailable", redeliver: true } });
    expect(await Promise.all([run(), run(), run()])).toEqual(
      [1, 2, 3].map(() => ({ ok: true, reply: { failed: [] } })),
    );
    expect(opened).toBe(2);
  });
});
