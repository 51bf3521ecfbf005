// What is the Node model's own: what is registered, and who is believed.
import { called, http, json, schedule, text } from "@faasade/core";
import { describe, expect, it } from "vitest";
import { received, receivedInBatches } from "../aws-lambda/triggers.ts";
import { tryAzure } from "./fixture.ts";
import type { Worker } from "./node-worker.ts";
import type { Outcome } from "./occurrence.ts";
import { schedules, setVariables } from "./samples.ts";

const anything = {
  "~standard": { version: 1, vendor: "test", validate: (value: unknown) => ({ value }) },
} as const;
const hub = { readings: "event-hubs://acme/readings" };

function bindingsOf(worker: Worker, name: string): Readonly<Record<string, unknown>>[] {
  return Object.values(worker.registered.get(name)?.metadata.bindings ?? {});
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
