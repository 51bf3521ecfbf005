// Events of the Node model: retries and dead letters, ids, due times.
import { FunctionError, schedule } from "@faasade/core";
import { describe, expect, it } from "vitest";
import { received, receivedInBatches } from "../aws-lambda/triggers.ts";
import { tryAzure } from "./fixture.ts";
import { invokeOnWire } from "./node-worker.ts";
import { schedules, setVariables } from "./samples.ts";

const hub = { readings: "event-hubs://acme/readings" };
const bytes = (body: string) => ({ bytes: Buffer.from(body) });
const place = { PartitionContext: { json: '{"PartitionId":"1"}' }, SequenceNumber: { int: 44 } };

function deadLetter(outputs: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return JSON.parse(String(outputs["deadLetters"]));
}

describe("an event that the platform would drop", () => {
  it("comes again until its last attempt, and is a dead letter then", async () => {
    setVariables({ FAASADE_ATTEMPTS: '{"take":3}' });
    const seen: number[] = [];
    const { worker, records } = await tryAzure(
      {
        take: [
          received("readings"),
          (_: never, { attempt }: { attempt: number }) => {
            seen.push(attempt);
            throw new Error("not now");
          },
        ],
      },
      hub,
    );
    const wire = { data: bytes('{"celsius":21.5}'), triggerMetadata: place };
    for (const retryCount of [0, 1])
      await expect(invokeOnWire(worker, "take", { ...wire, retryCount })).rejects.toThrow("not now");
    const { outputs } = await invokeOnWire(worker, "take", { ...wire, retryCount: 2 });
    expect(seen).toEqual([1, 2, 3]);
    expect(deadLetter(outputs)).toMatchObject({
      function: "take",
      attempts: 3,
      code: "internal",
      reason: expect.stringContaining("not now"),
      events: [{ source: "/readings", data: { celsius: 21.5 } }],
    });
    expect(records.at(-1)?.message).toContain("It is a dead letter now");
  });

  it("is a dead letter at once when it failed for good", async () => {
    const fail = () => {
      throw new FunctionError("unprocessable", "never");
    };
    const { worker } = await tryAzure({ take: [received("readings"), fail] }, hub);
    const { outputs } = await invokeOnWire(worker, "take", { data: bytes("x"), triggerMetadata: place });
    expect(deadLetter(outputs)).toMatchObject({ code: "unprocessable", attempts: 1 });
  });

  it("of a batch, only what failed is a dead letter, and all comes again as long as that may help", async () => {
    setVariables({ FAASADE_ATTEMPTS: '{"take":2}' });
    const take = (events: readonly { id: string; data: { fail?: true } }[]) => ({
      failed: events.filter(({ data }) => data.fail).map(({ id }) => ({ id, error: new Error("not now") })),
    });
    const { worker } = await tryAzure({ take: [receivedInBatches("readings"), take] }, hub);
    const data = {
      collectionBytes: { bytes: ['{"n":1}', '{"n":2,"fail":true}'].map((one) => Buffer.from(one)) },
    };
    const lists = { SequenceNumberArray: { json: "[44,45]" }, SystemPropertiesArray: { json: "[{},{}]" } };
    const wire = { data, triggerMetadata: { ...place, ...lists } };
    await expect(invokeOnWire(worker, "take", wire)).rejects.toThrow("not now");
    const { outputs } = await invokeOnWire(worker, "take", { ...wire, retryCount: 1 });
    expect(deadLetter(outputs)["events"]).toMatchObject([{ data: { n: 2, fail: true } }]);
  });
});

describe("a message's id", () => {
  const ids = async (metadata: readonly Record<string, object>[]): Promise<unknown[]> => {
    const seen: unknown[] = [];
    const take = (event: { id: string }) => void seen.push(event.id);
    const urls = { orders: "service-bus://acme/orders" };
    const { worker } = await tryAzure({ take: [received("orders"), take] }, urls);
    for (const one of metadata)
      await invokeOnWire(worker, "take", { data: bytes("x"), triggerMetadata: one as never });
    return seen;
  };

  it("is its own, of digits as well", async () => {
    const sent = ["a-1", "42", "007"].map((string) => ({ MessageId: { string } }));
    expect(await ids(sent)).toEqual(["a-1", "42", "007"]);
  });

  it("is not that of another, where the worker makes one number of two ids", async () => {
    const sent = ["12345678901234567890", "12345678901234567891"].map((string, at) => ({
      MessageId: { string },
      SequenceNumber: { int: at },
    }));
    const [one, other, again] = await ids([...sent, sent[0] ?? {}]);
    expect(other).not.toBe(one);
    expect(again).toBe(one);
  });
});

describe("a due time", () => {
  const due = async (timer: unknown): Promise<string> => {
    setVariables(schedules);
    const seen: { data: { due: string } }[] = [];
    const tick = (event: { data: { due: string } }) => void seen.push(event);
    const { worker } = await tryAzure({ tick: [schedule("0 6 * * *"), tick] });
    await invokeOnWire(worker, "tick", { data: { json: JSON.stringify(timer) }, triggerMetadata: {} });
    return seen[0]?.data.due ?? "";
  };

  it("that is past is the one that was missed", async () => {
    const ScheduleStatus = { Last: "2026-03-01T06:00:00Z", Next: "2026-03-02T06:00:00.25", LastUpdated: "" };
    expect(await due({ ScheduleStatus, IsPastDue: true })).toBe("2026-03-02T06:00:00.000Z");
  });

  it("of a run by hand is this minute", async () => {
    for (const ScheduleStatus of [null, { Next: "2999-01-01T06:00:00Z" }]) {
      const before = Date.now() - 60_000;
      const time = Date.parse(await due({ ScheduleStatus }));
      expect([time % 60_000, time > before, time <= Date.now()]).toEqual([0, true, true]);
    }
  });
});
