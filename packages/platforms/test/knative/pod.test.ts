// What a pod answers to Knative, what it is told to be, and how it ends.
import { errorTable } from "@faasade/core/adapter";
import { describe, expect, it } from "vitest";
import { startReady, until } from "../kubernetes/process.ts";
import { fixture, handledBy, pod, post, sampleOf } from "./pod.ts";

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
    // https://knative.dev/docs/eventing/event-delivery/#configuring-channel-event-delivery
    const reason = {
      knativeerrordest: "http://shop-events.shop.svc.cluster.local/.faasade/events/take",
      knativeerrorcode: "422",
      knativeerrordata: Buffer.from('{"title":"said by é"}').toString("base64"),
    };
    const why = Object.entries(reason).map(([name, value]) => [`ce-${name}`, value]);
    const given = { ...headers, "content-type": "application/json", ...Object.fromEntries(why) };
    const send = (path: string) =>
      fetch(`${started.origin}${path}`, { method: "POST", headers: given, body: JSON.stringify(body) });
    expect((await send("/elsewhere")).status).toBe(404);
    expect((await send("/.faasade/dead-letters")).status).toBe(204);
    const said = (): string[] => started.output().split("\n").slice(0, -1);
    await until(() => said().some((line) => line.includes("is a dead letter")));
    const line = said().find((one) => one.includes("is a dead letter")) ?? "";
    const { fields } = JSON.parse(line) as { fields?: { event: unknown } };
    expect(fields?.event).toMatchObject({ id: headers["ce-id"], ...reason, data: body });
  });
});
