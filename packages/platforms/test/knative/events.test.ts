// What Knative posts to a pod, by real HTTP to a real process, and what it is told.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { errorTable } from "@faasade/core/adapter";
import { dueId } from "@faasade/schedules";
import { describe, expect, it } from "vitest";
import { type Started, saidOf, startReady, until } from "../kubernetes/process.ts";

const fixture = join(import.meta.dirname, "fixture.ts");
const samples = join(import.meta.dirname, "../../src/knative/samples");

interface Sample {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
}

interface Handled {
  readonly function: string;
  readonly id: string;
  readonly type: string;
  readonly data: Record<string, unknown>;
}

function sampleOf(name: string): Sample {
  return JSON.parse(readFileSync(join(samples, `${name}.json`), "utf8")) as Sample;
}

function pod(): Promise<Started> {
  return startReady(fixture, {
    FAASADE_SERVE: "events",
    PHOTOS_URL: "s3://photos-bucket/in?region=eu-central-1",
  });
}

function post(
  started: Started,
  name: string,
  { headers, body }: Sample,
  changed: Record<string, string> = {},
) {
  return fetch(`${started.origin}/.faasade/events/${name}`, {
    method: "POST",
    headers: { ...headers, ...changed },
    body: JSON.stringify(body),
  });
}

/** What was handled so far; a process's output may come after its reply. */
async function handledBy(started: Started, atLeast = 0): Promise<Handled[]> {
  await until(() => saidOf(started, "handled").length >= atLeast);
  return saidOf<Handled>(started, "handled");
}

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

describe("on Knative, the answer to an event", () => {
  it("is never one that Knative sends again after, when that would not help, and always is when it would", async () => {
    const started = await pod();
    const { headers } = sampleOf("kafka-source");
    const isSentAgain = (status: number): boolean => status >= 500 || [404, 408, 409, 429].includes(status);
    const again: Record<string, boolean> = {};
    for (const code of Object.keys(errorTable)) {
      const event = { headers: { ...headers, "content-type": "application/json" }, body: { fail: code } };
      again[code] = isSentAgain((await post(started, "take", event)).status);
    }
    const wanted = Object.entries(errorTable).map(([code, { redeliver }]) => [code, redeliver]);
    expect(again).toEqual(Object.fromEntries(wanted));
    const unknown = await post(started, "nobody", sampleOf("ping-source"));
    expect([isSentAgain(unknown.status), unknown.ok]).toEqual([false, false]);
  });

  it("names, of a batch, what failed", async () => {
    const started = await pod();
    const event = (id: string, data: object) => ({ specversion: "1.0", id, source: "/a", type: "t", data });
    const reply = await fetch(`${started.origin}/.faasade/events/take`, {
      method: "POST",
      headers: { "content-type": "application/cloudevents-batch+json" },
      body: JSON.stringify([
        event("1", {}),
        event("2", { fail: "unavailable" }),
        event("3", { fail: "invalid" }),
      ]),
    });
    const { failed } = (await reply.json()) as { failed: { id: string; redeliver: boolean }[] };
    expect(failed.map(({ id, redeliver }) => [id, redeliver])).toEqual([
      ["2", true],
      ["3", false],
    ]);
  });
});

describe("a pod of Knative", () => {
  it("answers requests or events, as it is told, and never both", async () => {
    const events = await pod();
    expect((await fetch(`${events.origin}/say`)).status).toBe(404);
    const http = await startReady(fixture, { FAASADE_SERVE: "http" });
    expect(await (await fetch(`${http.origin}/say`)).text()).toBe("said");
    expect((await post(http, "tick", sampleOf("ping-source"))).status).toBe(404);
    expect(await handledBy(http)).toEqual([]);
  });

  it("finishes at SIGTERM what it has begun, and answers it", async () => {
    const started = await pod();
    const { headers } = sampleOf("kafka-source");
    const body = { waitMilliseconds: 700 };
    const begun = post(started, "take", {
      headers: { ...headers, "content-type": "application/json" },
      body,
    });
    await handledBy(started, 1);
    started.child.kill("SIGTERM");
    expect((await begun).status).toBe(204);
    expect(await started.ended).toBe(0);
  });

  it("that takes dead letters keeps each whole, in a line of its log", async () => {
    const started = await startReady(fixture, { FAASADE_SERVE: "dead-letters" });
    const { headers, body } = sampleOf("kafka-source");
    const given = { ...headers, "content-type": "application/json", "ce-knativeerrorcode": "422" };
    const send = (path: string) =>
      fetch(`${started.origin}${path}`, { method: "POST", headers: given, body: JSON.stringify(body) });
    expect((await send("/elsewhere")).status).toBe(404);
    expect((await send("/.faasade/dead-letters")).status).toBe(204);
    const line =
      started
        .output()
        .split("\n")
        .find((one) => one.includes("is a dead letter")) ?? "{}";
    const { fields } = JSON.parse(line) as { fields?: { event: unknown } };
    expect(fields?.event).toMatchObject({ id: headers["ce-id"], knativeerrorcode: "422", data: body });
  });
});

function ceHeaders(id: string): Record<string, string> {
  return { "ce-specversion": "1.0", "ce-id": id, "ce-source": "/test", "ce-type": "question" };
}
