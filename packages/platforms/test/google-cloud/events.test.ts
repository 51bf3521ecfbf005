// What is Google's own in the events that it posts: who they are for and how often they came.
import { called, FunctionError, http, schedule } from "@faasade/core";
import { describe, expect, it } from "vitest";
import { scheduleBody } from "../../src/google-cloud/scheduled.ts";
import { created, received, receivedInBatches, removed } from "../aws-lambda/triggers.ts";
import { pushed, scheduler, storageEvent, tryGoogle } from "./google.ts";

const json = { "content-type": "application/json" };

describe("an object of Cloud Storage", () => {
  const functions = { made: [created("photos")], gone: [removed("photos")] } as const;

  it("has another id when it goes than when it came, although its generation is the same", async () => {
    const { post, seen } = tryGoogle(functions, { photos: "gs://photos-bucket" });
    await post("made", ...storageEvent("finalized"));
    await post("gone", ...storageEvent("deleted"));
    expect(seen.map((one) => one.function)).toEqual(["made", "gone"]);
    expect(seen[0]?.event.id).not.toBe(seen[1]?.event.id);
    expect(seen[0]?.event.data).toEqual({ store: "photos", key: "a.jpg", size: 12, etag: "CAc=" });
  });

  it.each([
    ["another bucket", "finalized", { bucket: "other" }, "gs://photos-bucket"],
    ["a bucket whose name begins alike", "finalized", { bucket: "photos-bucket-2" }, "gs://photos-bucket"],
    ["another prefix", "finalized", { name: "inside/a.jpg" }, "gs://photos-bucket/in"],
    ["the prefix itself", "finalized", { name: "in/" }, "gs://photos-bucket/in"],
    ["another kind of store", "finalized", {}, "s3://photos-bucket"],
    ["another change", "deleted", {}, "gs://photos-bucket"],
    ["a change of no content", "metadataUpdated", {}, "gs://photos-bucket"],
    ["no object", "finalized", { name: "" }, "gs://photos-bucket"],
    ["no generation", "finalized", { generation: undefined }, "gs://photos-bucket"],
  ])("of %s is refused with a reason, in the log as well", async (_what, kind, data, url) => {
    const { post, seen, records } = tryGoogle(functions, { photos: url });
    const { status } = await post("made", ...storageEvent(kind, data));
    expect(status).toBeGreaterThanOrEqual(400);
    expect(seen).toEqual([]);
    expect(records.map(({ message }) => message).join()).toMatch(/Cannot (deliver|read)/);
  });

  it("that comes in a batch is refused: a 2xx would acknowledge what failed", async () => {
    const { post, seen } = tryGoogle(functions, { photos: "gs://photos-bucket" });
    const event = {
      specversion: "1.0",
      id: "1",
      source: "/x",
      type: "google.cloud.storage.object.v1.finalized",
    };
    const { status } = await post("made", { "content-type": "application/cloudevents-batch+json" }, [event]);
    expect([status, seen]).toEqual([400, []]);
  });
});

describe("a message of Pub/Sub", () => {
  it("says how often it was delivered", async () => {
    const { post, seen } = tryGoogle({ take: [received("readings")] });
    for (const deliveryAttempt of [undefined, 1, 4, 0, -1, 2.5, "3"])
      await post("take", json, pushed("21", { deliveryAttempt }));
    expect(seen.map(({ attempt }) => attempt)).toEqual([1, 1, 4, 1, 1, 1, 1]);
  });

  it("counts each of several that come at once by itself", async () => {
    const { post, seen } = tryGoogle({ take: [received("readings")] });
    await Promise.all(
      [3, 1, 2].map((deliveryAttempt) =>
        post("take", json, pushed(`${deliveryAttempt}`, { deliveryAttempt })),
      ),
    );
    expect(seen.map(({ attempt, event }) => [attempt, event.data])).toEqual([
      [3, 3],
      [1, 1],
      [2, 2],
    ]);
  });

  it("has the content type of its attribute, in whatever case that is written", async () => {
    const { post, seen } = tryGoogle({ take: [received("readings")] });
    await post("take", json, pushed("21", {}, { "Content-Type": "text/plain" }));
    await post("take", { "x-goog-pubsub-message-id": "m2", "content-type": "text/plain" }, "21");
    expect(seen.map(({ event }) => event.data)).toEqual(["21", "21"]);
  });

  it("may be empty, and may be bytes", async () => {
    const { post, seen } = tryGoogle({ take: [received("readings")] });
    await post("take", json, { message: { messageId: "m1" } });
    const bytes = Buffer.from([0, 255, 254, 0xc3, 0x28]);
    await post(
      "take",
      { "x-goog-pubsub-message-id": "m2", "content-type": "application/octet-stream" },
      bytes,
    );
    expect(seen.map(({ event }) => Buffer.from(event.data))).toEqual([Buffer.alloc(0), bytes]);
  });

  it("that a batch function names as failed is not acknowledged", async () => {
    const fail = (events: { id: string }[]) => ({
      failed: events.map(({ id }) => ({ id, error: new FunctionError("unprocessable", "never") })),
    });
    const { post } = tryGoogle({ take: [receivedInBatches("readings"), fail] });
    expect((await post("take", json, pushed("21"))).status).toBe(422);
  });

  it.each([
    ["without an id", { message: { data: "" } }],
    ["whose data is no text", { message: { messageId: "m1", data: 7 } }],
    ["that is none", {}],
    ["that is no object", [1]],
  ])("%s is refused", async (_what, body) => {
    const { post, seen } = tryGoogle({ take: [received("readings")] });
    expect((await post("take", json, body)).status).toBe(400);
    expect(seen).toEqual([]);
  });
});

describe("a due time of Cloud Scheduler", () => {
  const functions = { tick: [schedule("0 6 * * *")] } as const;

  it("is the same in every zone that it may be written in", async () => {
    const { post, seen } = tryGoogle(functions);
    for (const time of ["2026-11-23T06:00:00Z", "2026-11-23T07:00:00+01:00", "2026-11-23T06:00:00.000000Z"])
      await post(
        "tick",
        { ...scheduler, "x-cloudscheduler-scheduletime": time },
        scheduleBody("suite", "tick"),
      );
    expect(seen.map(({ event }) => event.id)).toEqual(Array(3).fill("suite/tick@2026-11-23T06:00:00Z"));
  });

  it.each([
    ["without a time", { "x-cloudscheduler": "true" }, scheduleBody("suite", "tick")],
    ["at no time", { ...scheduler, "x-cloudscheduler-scheduletime": "2026-13-45T06:00:00Z" }, ""],
    ["without a zone", { ...scheduler, "x-cloudscheduler-scheduletime": "2026-11-23T06:00:00" }, ""],
    ["of another app", scheduler, scheduleBody("other", "tick")],
    ["of another function", scheduler, scheduleBody("suite", "tock")],
    ["that is none", json, "{}"],
  ])("%s is refused", async (_what, headers, body) => {
    const { post, seen } = tryGoogle(functions);
    expect((await post("tick", headers, body)).status).toBeGreaterThanOrEqual(400);
    expect(seen).toEqual([]);
  });

  it("of a job without a body is its function's", async () => {
    const { post, seen } = tryGoogle(functions);
    expect((await post("tick", scheduler, "")).status).toBe(204);
    expect(seen).toHaveLength(1);
  });
});

describe("an event for nobody", () => {
  it.each(["absent", "show", "constructor", "__proto__", ""])("%j is refused", async (name) => {
    const { post, records } = tryGoogle({
      show: [http("GET /", { auth: "public" })],
      ask: [called({ input: any, output: any })],
    });
    expect((await post(name, ...storageEvent("finalized"))).status).toBeGreaterThanOrEqual(400);
    expect(records.some(({ level }) => level === "error")).toBe(true);
  });
});

const any = {
  "~standard": { version: 1, vendor: "test", validate: (value: unknown) => ({ value }) },
} as const;
