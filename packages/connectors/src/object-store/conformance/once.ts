// Seen as once: claims are leases, marks are for good.
import { seenOnce } from "@faasade/core/adapter";
import { describe, expect } from "vitest";
import { clientOf, type ObjectStoreHarness, testAmbient, when } from "./harness.ts";

export function onceSuite(harness: ObjectStoreHarness): void {
  const holds = harness.capabilities.conditionalPut;
  const all = async (_client: unknown, fresh: readonly string[]) => ({ result: fresh, done: fresh });

  describe("seen as once", () => {
    when(holds)("runs for fresh keys only, in their order, and not at all when all are done", async () => {
      const client = clientOf((await harness.create()).driver);
      expect(await client[seenOnce](["b", "a", "b"], all)).toEqual(["b", "a"]);
      expect(await client[seenOnce](["c", "a"], all)).toEqual(["c"]);
      expect(
        await client[seenOnce](["a", "b", "c"], () => Promise.reject(new Error("must not run"))),
      ).toBeUndefined();
      expect((await client.list()).objects).toEqual([]);
    });

    when(holds)("frees what was not done, and everything when the effects fail", async () => {
      const client = clientOf((await harness.create()).driver);
      await client[seenOnce](["a", "b"], async () => ({ result: 0, done: ["a"] }));
      expect(await client[seenOnce](["a", "b"], all)).toEqual(["b"]);
      await expect(client[seenOnce](["c"], () => Promise.reject(new RangeError("effect")))).rejects.toThrow(
        RangeError,
      );
      expect(await client[seenOnce](["c"], all)).toEqual(["c"]);
    });

    when(holds)(
      "turns a second run away while the first holds a key, and keeps none of its claims",
      async () => {
        const store = await harness.create();
        const [first, second] = [clientOf(store.driver), clientOf(await store.again())];
        await first[seenOnce](["a"], async () => {
          const turnedAway = second[seenOnce](["free", "a"], () => Promise.reject(new Error("must not run")));
          await expect(turnedAway).rejects.toMatchObject({ code: "unavailable", retryAfterSeconds: 70 });
          return { result: 0, done: ["a"] };
        });
        expect(await second[seenOnce](["free", "a"], all)).toEqual(["free"]);
      },
    );

    when(holds)("takes over from a run that died, once its lease is over", async () => {
      const store = await harness.create();
      const died = testAmbient();
      const claimed = Promise.withResolvers<void>();
      const dying = clientOf(store.driver, died)[seenOnce](["a"], () => {
        claimed.resolve();
        return new Promise<never>(() => {});
      });
      await Promise.race([claimed.promise, dying]);
      const later = testAmbient();
      const heir = clientOf(await store.again(), later);
      later.clock.advance(69_000);
      await expect(heir[seenOnce](["a"], all)).rejects.toMatchObject({
        code: "unavailable",
        retryAfterSeconds: 1,
      });
      later.clock.advance(1_000);
      expect(await heir[seenOnce](["a"], all)).toEqual(["a"]);
    });

    when(holds)("leaves the mark to the heir when a run outlived its lease, and says so", async () => {
      const store = await harness.create();
      const [slow, later] = [testAmbient(), testAmbient()];
      later.clock.advance(3_600_000);
      const heir = clientOf(await store.again(), later);
      await clientOf(store.driver, slow)[seenOnce](["a"], async () => {
        expect(await heir[seenOnce](["a"], all)).toEqual(["a"]);
        return { result: 0, done: ["a"] };
      });
      expect(slow.warnings).toEqual([expect.stringContaining("lease ran out")]);
      expect(await heir[seenOnce](["a"], all)).toBeUndefined();
    });

    when(holds)("lets one of many racing runs have each key", async () => {
      const store = await harness.create();
      const drivers = [store.driver, await store.again()];
      const keys = Array.from({ length: 20 }, (_, index) => `event-${index}`);
      const effects: string[] = [];
      const runs = keys.flatMap((key) =>
        drivers.map((driver) =>
          clientOf(driver)[seenOnce]([key], async () => {
            effects.push(key);
            return { result: 0, done: [key] };
          }),
        ),
      );
      await Promise.allSettled(runs);
      expect(effects.sort()).toEqual([...keys].sort());
    });

    when(!holds)("refuses where conditions do not hold, before any effect", async () => {
      const client = clientOf((await harness.create()).driver);
      let effects = 0;
      const run = client[seenOnce](["a"], async () => {
        effects += 1;
        return { result: 0, done: ["a"] };
      });
      await expect(run).rejects.toMatchObject({ code: "unsupported" });
      expect(effects).toBe(0);
    });
  });
}
