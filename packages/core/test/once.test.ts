// What the pipeline promises of `once`: effects seen as once, however often, in whatever order and company events come.
import { defineFunction, messageReceived, type Resource, readWrite } from "@faasade/core";
import { type Effects, type OnceLedger, seenOnce } from "@faasade/core/adapter";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { appOf, asFunction, eventOf, jobs as source, testHost } from "./harness.ts";

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
