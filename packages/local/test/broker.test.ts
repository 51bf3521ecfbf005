// The broker's parts: who is let in, what is the same message, what is committed together.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { devicePassword, Guard } from "../src/broker/guard.ts";
import { SeenBefore } from "../src/broker/seen-before.ts";
import { Group } from "../src/events/group.ts";

describe("a message that is sent again", () => {
  const sending = { client: "c", topic: "a/b/d", payload: Buffer.from("20"), messageId: 7, isAgain: false };

  it("keeps its id, and one that is only equal gets another", () => {
    const seen = new SeenBefore();
    const first = seen.idOf(sending);
    expect(seen.idOf({ ...sending, isAgain: true })).toBe(first);
    const second = seen.idOf(sending);
    expect(second).not.toBe(first);
    expect(seen.idOf({ ...sending, isAgain: true })).toBe(second);
  });

  it("is new when it was never seen, is another client's, or has another number, topic or content", () => {
    const seen = new SeenBefore();
    const known = seen.idOf(sending);
    for (const change of [
      { client: "d" },
      { topic: "a/b/e" },
      { payload: Buffer.from("21") },
      { messageId: 8 },
    ])
      expect(seen.idOf({ ...sending, ...change, isAgain: true })).not.toBe(known);
    const unnumbered = { ...sending, messageId: undefined };
    expect(seen.idOf(unnumbered)).not.toBe(seen.idOf(unnumbered));
  });
});

describe("a group", () => {
  it("commits everything once, in order, and tells of each what became of its commit", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ fails: fc.boolean(), waits: fc.boolean() }), { maxLength: 60 }),
        async (items) => {
          const committed: number[] = [];
          let running = 0;
          const group = new Group<number>(async (numbers) => {
            expect(++running).toBe(1);
            await new Promise((resolve) => setImmediate(resolve));
            committed.push(...numbers);
            running -= 1;
            if (numbers.some((number) => items[number]!.fails)) throw new Error(`not ${numbers}`);
          });
          const adding: Promise<string>[] = [];
          for (const [number, { waits }] of items.entries()) {
            if (waits) await new Promise((resolve) => setImmediate(resolve));
            adding.push(
              group.add(number).then(
                () => "taken",
                (error: Error) => error.message,
              ),
            );
          }
          const said = await Promise.all(adding);
          expect(committed).toEqual(items.map((_, number) => number));
          for (const [number, { fails }] of items.entries()) {
            if (fails) expect(said[number]).toMatch(/^not/);
            // Who is told "not" was in a commit that failed.
            else if (said[number] !== "taken") expect(said[number]!.split(/[ ,]/)).toContain(String(number));
          }
        },
      ),
      { numRuns: 100 },
    );
  });
});

describe("the guard", () => {
  const guard = new Guard({
    appToken: "app-token",
    operatorToken: "operator-token",
    keyOf: async (app, topic) => {
      if (app === "shop" && topic === "readings") return "key";
      throw new Error("ENOENT");
    },
  });

  it("knows apps, the operator and devices by their own secrets, and nobody else", async () => {
    const kinds = async (user: string, password: string) => (await guard.identify(user, password))?.kind;
    expect(await kinds("app", "app-token")).toBe("app");
    expect(await kinds("operator", "operator-token")).toBe("operator");
    expect(await kinds("shop/readings/d1", devicePassword("key", "d1"))).toBe("device");
    for (const [user, password] of [
      ["app", "operator-token"],
      ["operator", "app-token"],
      ["shop/readings/d2", devicePassword("key", "d1")],
      ["shop/readings/d1", devicePassword("other", "d1")],
      ["shop/alerts/d1", devicePassword("key", "d1")],
      ["shop/readings/+", devicePassword("key", "+")],
      ["shop/readings/a/b", devicePassword("key", "a/b")],
      ["../readings/d1", devicePassword("key", "d1")],
    ] as const)
      expect(await kinds(user, password), user).toBeUndefined();
  });

  it("lets a device publish on its own topic and below, and nobody who was not let in", async () => {
    const client = {};
    expect(guard.mayPublish(client, "shop/readings/d1")).toBe(false);
    guard.admit(client, (await guard.identify("shop/readings/d1", devicePassword("key", "d1")))!);
    const may = (topic: string) => guard.mayPublish(client, topic);
    expect(["shop/readings/d1", "shop/readings/d1/room"].map(may)).toEqual([true, true]);
    expect(["shop/readings/d10", "shop/readings", "shop/alerts/d1", "$SYS/x"].map(may)).toEqual(
      Array(4).fill(false),
    );
    expect(guard.maySubscribe(client)).toBe(false);
  });
});
