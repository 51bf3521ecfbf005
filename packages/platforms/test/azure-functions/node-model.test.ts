// What is the Node model's own: what is registered, retries and dead letters, ids, and who is believed.
import { called, FunctionError, http, json, schedule, text } from "@faasade/core";
import { describe, expect, it } from "vitest";
import { received, receivedInBatches } from "../aws-lambda/triggers.ts";
import { tryAzure } from "./fixture.ts";
import { invokeOnWire, type Worker } from "./node-worker.ts";
import type { Outcome } from "./occurrence.ts";
import { schedules, setVariables } from "./samples.ts";

const anything = {
  "~standard": { version: 1, vendor: "test", validate: (value: unknown) => ({ value }) },
} as const;
const hub = { readings: "event-hubs://acme/readings" };
const bytes = (body: string) => ({ bytes: Buffer.from(body) });
const place = { PartitionContext: { json: '{"PartitionId":"1"}' }, SequenceNumber: { int: 44 } };

function bindingsOf(worker: Worker, name: string): Readonly<Record<string, unknown>>[] {
  return Object.values(worker.registered.get(name)?.metadata.bindings ?? {});
}

function deadLetter(outputs: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return JSON.parse(String(outputs["deadLetters"]));
}

describe("the functions that are registered", () => {
  it("are one for all routes, and one for whatever else starts one", async () => {
    setVariables(schedules);
    const { worker } = await tryAzure(
      {
        page: [http("GET /", { auth: "public" }), () => text("here")],
        other: [http("POST /other", { auth: "public" }), () => text("there")],
        tick: [schedule("0 6 * * *"), () => {}],
        take: [received("orders"), () => {}],
      },
      { orders: "service-bus://acme/orders" },
    );
    expect([...worker.registered.keys()]).toEqual(["Http", "tick", "take"]);
    expect(bindingsOf(worker, "Http")[0]).toMatchObject({ route: "{*path}", authLevel: "anonymous" });
  });

  it("take messages as bytes, one by one where one failure would bring all again", async () => {
    const { worker } = await tryAzure(
      { take: [receivedInBatches("orders"), () => {}], stream: [receivedInBatches("readings"), () => {}] },
      { orders: "service-bus://acme/orders", ...hub },
    );
    expect(bindingsOf(worker, "take")[0]).toMatchObject({
      type: "serviceBusTrigger",
      queueName: "%ORDERS_NAME%",
      connection: "ORDERS",
      dataType: "binary",
      cardinality: "one",
    });
    expect(bindingsOf(worker, "stream")[0]).toMatchObject({
      type: "eventHubTrigger",
      consumerGroup: "%STREAM_CONSUMER_GROUP%",
      dataType: "binary",
      cardinality: "many",
    });
  });

  it("have a retry policy and dead letters where the platform would drop what failed, and there alone", async () => {
    setVariables({ ...schedules, FAASADE_ATTEMPTS: '{"tick":3,"once":1}' });
    const { worker } = await tryAzure(
      {
        tick: [schedule("0 6 * * *"), () => {}],
        once: [received("readings"), () => {}],
        take: [received("orders"), () => {}],
      },
      { orders: "storage-queue://acme/orders", ...hub },
    );
    const retryOf = (name: string) => worker.registered.get(name)?.metadata.retryOptions;
    expect(retryOf("tick")).toMatchObject({ retryStrategy: "exponentialBackoff", maxRetryCount: 2 });
    expect([retryOf("once"), retryOf("take")]).toEqual([undefined, undefined]);
    expect(bindingsOf(worker, "once")[1]).toMatchObject({
      type: "blob",
      direction: "out",
      path: "dead-letters/suite/once/{rand-guid}.json",
    });
    expect(bindingsOf(worker, "take")).toHaveLength(1);
  });

  it("leave out what needs a setting that is not there, and say so", async () => {
    const { worker, records } = await tryAzure({
      tick: [schedule("0 6 * * *"), () => {}],
      take: [received("orders"), () => {}],
    });
    expect(worker.registered.size).toBe(0);
    expect(records.map(({ level, message }) => [level, message])).toEqual([
      ["error", expect.stringContaining("FAASADE_SCHEDULES")],
      ["error", expect.stringContaining("messages of orders")],
    ]);
  });
});

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

describe("HTTP", () => {
  const who = [
    http("GET /who", { auth: "platform" }),
    (request: { principal: unknown }) => json(request.principal),
  ] as const;
  const headers = [["x-ms-client-principal-id", "me"]] as const;
  const status = (outcome: Outcome) => ("reply" in outcome ? outcome.reply.status : 0);

  it("believes nobody where App Service does not authenticate", async () => {
    const { worker } = await tryAzure({ who });
    const request = { method: "GET", path: "/who", headers, caller: "me" };
    expect(status(await worker.deliver({ kind: "request", request }))).toBe(401);
    setVariables({ WEBSITE_AUTH_ENABLED: "True" });
    expect(status(await worker.deliver({ kind: "request", request }))).toBe(200);
  });

  it("knows a function's time from the host's, less what the answer takes", async () => {
    setVariables({ AzureFunctionsJobHost__functionTimeout: "00:00:01" });
    const { worker } = await tryAzure({
      slow: [http("GET /slow", { auth: "public" }), () => new Promise(() => {})],
    });
    const request = { method: "GET", path: "/slow" };
    expect(status(await worker.deliver({ kind: "request", request }))).toBe(504);
  });

  it("asks for the key of a function that is called by name", async () => {
    const ask = [
      called({ input: anything, output: anything }),
      ({ data }: { data: unknown }) => data,
    ] as const;
    const { worker } = await tryAzure({ ask });
    const type = ["content-type", "application/cloudevents+json"] as const;
    const event = { specversion: "1.0", id: "c1", source: "/test", type: "dev.faasade.call", data: 7 };
    const body = Buffer.from(JSON.stringify(event));
    const call = (headers: readonly (readonly [string, string])[]) =>
      worker.deliver({
        kind: "request",
        request: { method: "POST", path: "/.faasade/events/ask", headers, body },
      });
    expect(status(await call([type]))).toBe(401);
    expect(status(await call([type, ["x-functions-key", "the key"]]))).toBe(200);
  });
});
