// Conditional puts: exactly one of those who race may win; where a target cannot promise that, it is refused.
import { describe, expect, it } from "vitest";
import {
  clientOf,
  createClient,
  inChunks,
  mustGet,
  type ObjectStoreHarness,
  patterned,
  when,
} from "./harness.ts";

export function conditionsSuite(harness: ObjectStoreHarness): void {
  const holds = harness.capabilities.conditionalPut;

  describe("conditional puts", () => {
    when(holds)("creates only where nothing is", async () => {
      const client = await createClient(harness);
      await client.put("new", "first", { ifNoneMatch: "*" });
      const again = client.put("new", "second", { ifNoneMatch: "*" });
      await expect(again).rejects.toMatchObject({ code: "precondition_failed" });
      expect(await (await mustGet(client, "new")).text()).toBe("first");
    });

    when(holds)("replaces only what was seen", async () => {
      const client = await createClient(harness);
      const first = await client.put("doc", "first");
      const second = await client.put("doc", "second", { ifMatch: first.etag });
      const stale = client.put("doc", "third", { ifMatch: first.etag });
      await expect(stale).rejects.toMatchObject({ code: "precondition_failed" });
      const absent = client.put("none", "x", { ifMatch: first.etag });
      await expect(absent).rejects.toMatchObject({ code: "precondition_failed" });
      expect(await client.head("none")).toBeUndefined();
      expect((await mustGet(client, "doc")).info.etag).toBe(second.etag);
    });

    when(holds)("asks the condition of streams too, small and large", async () => {
      const client = await createClient(harness);
      await client.put("taken", "first");
      for (const size of [100, 6 * 1024 * 1024]) {
        const late = client.put("taken", inChunks(patterned(size), 500_000), { ifNoneMatch: "*" });
        await expect(late).rejects.toMatchObject({ code: "precondition_failed" });
        await client.put(`free-${size}`, inChunks(patterned(size), 500_000), { ifNoneMatch: "*" });
        expect((await client.head(`free-${size}`))?.size).toBe(size);
      }
      expect(await (await mustGet(client, "taken")).text()).toBe("first");
    });

    when(holds)("lets one of many racers win, through two drivers", async () => {
      const store = await harness.create();
      const clients = [clientOf(store.driver), clientOf(await store.again())];
      for (let round = 0; round < 5; round += 1) {
        const racers = Array.from({ length: 8 }, (_, index) =>
          clients[index % 2]!.put(`race-${round}`, `racer ${index}`, { ifNoneMatch: "*" }).then(() => index),
        );
        const results = await Promise.allSettled(racers);
        const winners = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
        const losses = results.flatMap((result) =>
          result.status === "rejected" ? [(result.reason as { code: string }).code] : [],
        );
        expect(winners).toHaveLength(1);
        expect(losses).toEqual(Array(7).fill("precondition_failed"));
        expect(await (await mustGet(clients[0]!, `race-${round}`)).text()).toBe(`racer ${winners[0]}`);
      }
    });

    when(holds)("loses no update when counters are replaced by what was seen", async () => {
      const store = await harness.create();
      const clients = [clientOf(store.driver), clientOf(await store.again())];
      await clients[0]!.put("counter", "0");
      const add = async (client: (typeof clients)[number]): Promise<void> => {
        const object = await mustGet(client, "counter");
        const next = String(Number(await object.text()) + 1);
        await client.put("counter", next, { ifMatch: object.info.etag }).catch((error: { code?: string }) => {
          if (error.code !== "precondition_failed") throw error;
          return add(client);
        });
      };
      await Promise.all(Array.from({ length: 12 }, (_, index) => add(clients[index % 2]!)));
      expect(await (await mustGet(clients[0]!, "counter")).text()).toBe("12");
    });

    when(!holds)(
      "refuses conditions that the target would ignore, saying why, and writes nothing",
      async () => {
        const client = await createClient(harness);
        for (const condition of [
          { ifNoneMatch: "*" },
          { ifMatch: "00000000000000000000000000000000" },
        ] as const) {
          const put = client.put("leased", "x", condition);
          await expect(put).rejects.toMatchObject({
            code: "unsupported",
            message: expect.stringContaining("two runs"),
          });
        }
        expect((await client.list()).objects).toEqual([]);
      },
    );

    it("refuses both conditions at once", async () => {
      const client = await createClient(harness);
      await expect(client.put("x", "x", { ifMatch: "e", ifNoneMatch: "*" })).rejects.toMatchObject({
        code: "invalid",
      });
    });
  });
}
