// What Knative posts to a pod, by real HTTP to a real process, and what comes of it.
import { dueId } from "@faasade/schedules";
import { describe, expect, it } from "vitest";
import { handledBy, pod, post, sampleOf } from "./pod.ts";

describe("on Knative, a ping", () => {
  it("is the due minute of its function, whenever and however often it comes", async () => {
    const started = await pod();
    const ping = sampleOf("ping-source");
    for (const time of ["2026-11-23T06:00:00.381497Z", "2026-11-23T06:00:00.381497Z", "2026-11-23T06:00:00Z"])
      expect((await post(started, "tick", ping, { "ce-time": time })).status).toBe(204);
    const handled = await handledBy(started, 3);
    const id = dueId("suite/tick", Date.parse("2026-11-23T06:00:00Z"));
    expect(handled.map((event) => event.id)).toEqual([id, id, id]);
    expect(handled[0]).toMatchObject({
      type: "dev.faasade.schedule.due",
      source: "/suite/tick",
      time: "2026-11-23T06:00:00.000Z",
      data: { job: "suite/tick", due: "2026-11-23T06:00:00.000Z" },
    });
  });

  it("without a time is refused for good", async () => {
    const started = await pod();
    const { headers, body } = sampleOf("ping-source");
    const { "ce-time": _, ...timeless } = headers;
    expect((await post(started, "tick", { headers: timeless, body })).status).toBe(400);
    expect(await handledBy(started)).toEqual([]);
  });
});

describe("on Knative, a notification of S3", () => {
  it("is the canonical event, its key decoded and without the store's prefix", async () => {
    const started = await pod();
    const { headers, body } = sampleOf("triggermesh-s3");
    const record = { headers: { "content-type": "application/json" }, body: { Records: [body] } };
    expect((await post(started, "created", { headers, body })).status).toBe(204);
    expect((await post(started, "created", record)).status).toBe(204);
    const [wrapped, bare] = await handledBy(started, 2);
    expect(wrapped).toEqual(bare);
    expect(wrapped).toMatchObject({
      type: "dev.faasade.object.created",
      source: "/suite/photos",
      subject: "a b+ü.jpg",
      data: { store: "photos", key: "a b+ü.jpg", size: 1024, etag: "d41d8cd98f00b204e9800998ecf8427e" },
    });
  });

  it("that this function does not wait for is refused, not acknowledged", async () => {
    const started = await pod();
    const { headers, body } = sampleOf("triggermesh-s3");
    expect((await post(started, "removed", { headers, body })).status).toBe(422);
    const elsewhere = { ...body, s3: { ...(body["s3"] as object), bucket: { name: "others" } } };
    expect((await post(started, "created", { headers, body: elsewhere })).status).toBe(422);
    const two = { headers: { "content-type": "application/json" }, body: { Records: [body, body] } };
    expect((await post(started, "created", two)).status).toBe(422);
    expect(await handledBy(started)).toEqual([]);
  });

  it("that notifications are on is about no object, and starts nothing", async () => {
    const started = await pod();
    const test = { headers: { "content-type": "application/json" }, body: { Event: "s3:TestEvent" } };
    expect((await post(started, "created", test)).ok).toBe(true);
    expect(await handledBy(started)).toEqual([]);
  });
});

describe("on Knative, a record of Kafka", () => {
  it("is bare data with an id that is the same at each delivery", async () => {
    const started = await pod();
    const sample = sampleOf("kafka-source");
    for (let delivery = 0; delivery < 2; delivery += 1) {
      const json = { "content-type": "application/json" };
      expect((await post(started, "take", sample, json)).status).toBe(204);
    }
    const [first, again] = await handledBy(started, 2);
    expect(first).toEqual(again);
    expect(first).toMatchObject({
      type: "dev.faasade.message",
      source: "/readings",
      time: sample.headers["ce-time"],
      data: { celsius: 21.5 },
    });
    expect(first?.id).toContain("partition:1/offset:564");
  });

  it("that is a CloudEvent itself comes as what it is", async () => {
    const started = await pod();
    const { headers, body } = sampleOf("kafka-source");
    const native = {
      ...headers,
      "content-type": "application/json",
      "ce-type": "orders.placed",
      "ce-id": "o-1",
    };
    expect((await post(started, "take", { headers: native, body })).status).toBe(204);
    expect((await handledBy(started, 1))[0]).toMatchObject({ id: "o-1", type: "orders.placed", data: body });
  });
});

describe("on Knative, a call", () => {
  it("hands over its input and is answered by an event with the output, the same at each delivery", async () => {
    const started = await pod();
    const { headers } = sampleOf("ping-source");
    const call = { headers: { ...headers, "ce-type": "ask" }, body: { a: 1 } };
    const replies = [await post(started, "ask", call), await post(started, "ask", call)];
    for (const reply of replies) expect([reply.status, await reply.json()]).toEqual([200, { answer: 42 }]);
    const [first, second] = replies.map((reply) =>
      ["specversion", "id", "source", "type"].map((name) => reply.headers.get(`ce-${name}`)),
    );
    expect(first).toEqual(["1.0", expect.stringMatching(/./), "/suite/ask", "ask.reply"]);
    expect(second).toEqual(first);
    expect((await handledBy(started, 2))[0]?.data).toEqual({ a: 1 });
  });
});

describe("on Knative, a change of an object in the cluster", () => {
  it("comes to a function that takes messages as it was sent", async () => {
    const started = await pod();
    const sample = sampleOf("api-server-source");
    expect((await post(started, "take", sample)).status).toBe(204);
    expect((await handledBy(started, 1))[0]).toMatchObject({
      id: sample.headers["ce-id"],
      type: "dev.knative.apiserver.resource.update",
      subject: sample.headers["ce-subject"],
      data: sample.body,
    });
  });
});

describe("on Knative, a Sequence", () => {
  it("hands the output of one step to the next, as an event", async () => {
    const started = await pod();
    const headers = { "content-type": "application/json", ...ceHeaders("ask") };
    const first = await post(started, "ask", { headers, body: { question: 1 } });
    const reply = Object.fromEntries([...first.headers].filter(([name]) => name.startsWith("ce-")));
    expect(reply["ce-id"]).toBeDefined();
    const body = (await first.json()) as Record<string, unknown>;
    const next = await post(started, "ask", {
      headers: { ...reply, "content-type": first.headers.get("content-type") ?? "" },
      body,
    });
    expect(next.status).toBe(200);
    const [one, two] = await handledBy(started, 2);
    expect(two).toMatchObject({ data: { answer: 42 }, id: reply["ce-id"] });
    expect(two?.id).not.toBe(one?.id);
  });
});

function ceHeaders(id: string): Record<string, string> {
  return { "ce-specversion": "1.0", "ce-id": id, "ce-source": "/test", "ce-type": "question" };
}
