// The topic port: what a function sends.
import { decodeStructured } from "@faasade/core/cloudevents";
import { number, object, pipe, string, transform } from "valibot";
import { describe, expect, it } from "vitest";
import { ambientOf } from "../../src/sql/conformance/ambient.ts";
import { type OutgoingMessage, type TopicDriver, type TopicSender, topic } from "../../src/topic/index.ts";

const alert = object({ device: string(), value: number() });
const clock = { now: () => Date.UTC(2026, 2, 29, 1, 30) };
const ambient = ambientOf(clock);

/** Keeps what is sent, as a broker would. */
function recorder() {
  const sent: OutgoingMessage[] = [];
  const driver: TopicDriver = {
    publish: async (messages) => void sent.push(...messages),
    close: async () => {},
  };
  const senderOf = (resource: {
    connect(...all: Parameters<ReturnType<typeof topic>["connect"]>): unknown;
  }) => resource.connect(driver, "send", ambient) as TopicSender<unknown>;
  return { sent, senderOf };
}

describe("a topic", () => {
  it("sends a CloudEvent with id, time, trace and the key as subject", async () => {
    const { sent, senderOf } = recorder();
    const id = await senderOf(topic("alerts", alert)).send({ device: "ü", value: 2 }, { key: "ü" });
    expect(sent[0]).toMatchObject({ id, key: "ü", contentType: expect.stringContaining("cloudevents+json") });
    expect({ ...decodeStructured(sent[0]!.body) }).toMatchObject({
      id,
      source: "/alerts",
      type: "dev.faasade.message",
      subject: "ü",
      time: "2026-03-29T01:30:00.000Z",
      data: { device: "ü", value: 2 },
      extensions: { traceparent: ambient.traceparent },
    });
  });

  it("sends nothing at all when one of many messages is refused by the schema", async () => {
    const { sent, senderOf } = recorder();
    const sender = senderOf(topic("shop/alerts", alert));
    const good = { message: { device: "a", value: 1 }, id: "one", key: "a" };
    await expect(sender.sendAll([good, { message: { device: "b" } }])).rejects.toMatchObject({
      code: "invalid",
    });
    expect(sent).toEqual([]);
    expect(await sender.sendAll([good, { ...good, id: "two" }])).toEqual(["one", "two"]);
    expect(sent.map(({ id, key }) => [id, key])).toEqual([
      ["one", "a"],
      ["two", "a"],
    ]);
    expect(await sender.sendAll([])).toEqual([]);
  });

  it("sends bare data when it is raw, and what it was given, not what the schema makes of it", async () => {
    for (const [data, contentType, body] of [
      ["42", "text/plain; charset=utf-8", "42"],
      [{ a: [1, "ü"] }, "application/json", '{"a":[1,"ü"]}'],
      [new Uint8Array([120, 121]), "application/octet-stream", "xy"],
    ] as const) {
      const { sent, senderOf } = recorder();
      const anything = {
        "~standard": { version: 1, vendor: "test", validate: (value: unknown) => ({ value }) },
      } as const;
      const schema = typeof data === "string" ? pipe(string(), transform(Number)) : anything;
      await senderOf(topic("raw", schema, { format: "raw" })).send(data);
      expect(sent[0]?.contentType).toBe(contentType);
      expect(Buffer.from(sent[0]!.body).toString()).toBe(body);
    }
  });

  it("has a name in kebab case", () => {
    expect(() => topic("Alerts", alert)).toThrow("kebab case");
  });
});
