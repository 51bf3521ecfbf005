// What the pipeline promises for events: split or batched, validated, remembered; each failure named and judged.
import {
  callable,
  called,
  defineFunction,
  FunctionError,
  messageReceived,
  objectCreated,
  type Resource,
  readWrite,
  schedule,
} from "@faasade/core";
import { matchesKey } from "@faasade/core/adapter";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { appOf, asFunction, eventOf, jobs as source, testHost } from "./harness.ts";

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
