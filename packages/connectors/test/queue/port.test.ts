// The queue port: what a function sends, and the event that another one gets.
import { CloudEventError } from "@faasade/core/cloudevents";
import { number, object, pipe, string, transform } from "valibot";
import { describe, expect, it } from "vitest";
import {
  decodeMessage,
  type OutgoingMessage,
  type QueueDriver,
  type QueueSender,
  queue,
} from "../../src/queue/index.ts";
import { ambientOf } from "../../src/sql/conformance/ambient.ts";

const mail = object({ to: string(), copies: number() });
const clock = { now: () => Date.UTC(2026, 2, 29, 1, 30) };
const ambient = ambientOf(clock);

/** Keeps what is sent, as a queue would, and hands it over. */
function recorder() {
  const sent: OutgoingMessage[] = [];
  const driver = { send: async (messages: readonly OutgoingMessage[]) => void sent.push(...messages) };
  const received = (place = 0) => ({ ...sent[place]!, receipt: "1.1", attempt: 1, sentAt: clock.now() });
  return { sent, received, driver: driver as unknown as QueueDriver };
}

describe("a queue", () => {
  it("sends a CloudEvent with the id, time and trace of the call, and gives it back", async () => {
    const mails = queue("mails", mail);
    const { driver, received, sent } = recorder();
    const sender = mails.connect(driver, "send", ambient) as QueueSender<unknown>;
    const id = await sender.send({ to: "ü@example.com", copies: 2 }, { delaySeconds: 7 });
    expect(sent[0]).toMatchObject({
      id,
      delaySeconds: 7,
      contentType: expect.stringContaining("cloudevents+json"),
    });
    expect({ ...decodeMessage(received(), mails) }).toMatchObject({
      specversion: "1.0",
      id,
      source: "/mails",
      type: "dev.faasade.message",
      time: "2026-03-29T01:30:00.000Z",
      data: { to: "ü@example.com", copies: 2 },
      extensions: { traceparent: ambient.traceparent },
    });
  });

  it("keeps the id it is given, so that sending twice is sending once", async () => {
    const { driver, sent, received } = recorder();
    const mails = queue("ticketing/mails", mail);
    const sender = mails.connect(driver, "send", ambient) as QueueSender<unknown>;
    expect(await sender.send({ to: "a", copies: 1 }, { id: "order-7" })).toBe("order-7");
    expect(sent[0]?.id).toBe("order-7");
    expect(decodeMessage(received(), mails)).toMatchObject({ id: "order-7", source: "/ticketing/mails" });
  });

  it("sends nothing at all when one of many messages is refused by the schema", async () => {
    const { driver, sent } = recorder();
    const sender = queue("mails", mail).connect(driver, "send", ambient) as QueueSender<unknown>;
    const messages = [
      { to: "a", copies: 1 },
      { to: "b", copies: "many" },
    ];
    await expect(sender.sendAll(messages)).rejects.toMatchObject({
      code: "invalid",
      details: [{ path: "copies" }],
    });
    expect(sent).toEqual([]);
    const ids = await sender.sendAll([messages[0], messages[0]]);
    expect(new Set(ids).size).toBe(2);
    expect(sent.map(({ id }) => id)).toEqual(ids);
  });

  it("sends what it was given, not what a schema makes of it: the receiver's schema does that", async () => {
    const { driver, received } = recorder();
    const numbers = queue("numbers", pipe(string(), transform(Number)));
    await (numbers.connect(driver, "send", ambient) as QueueSender<unknown>).send("42");
    expect(decodeMessage(received(), numbers).data).toBe("42");
  });

  it("sends bare data when it is raw, and makes an event of it with the same attributes at each delivery", async () => {
    for (const [data, contentType] of [
      [{ a: [1, "ü"] }, "application/json"],
      ["text ü", "text/plain; charset=utf-8"],
      [new Uint8Array([0, 255, 1]), "application/octet-stream"],
    ] as const) {
      const { driver, sent, received } = recorder();
      const raw = queue(
        "raw",
        { "~standard": { version: 1, vendor: "test", validate: (value: unknown) => ({ value }) } },
        { format: "raw" },
      );
      const id = await (raw.connect(driver, "send", ambient) as QueueSender<unknown>).send(data, {
        id: "ä%2F 1",
      });
      expect(sent[0]?.contentType).toBe(contentType);
      const [first, second] = [
        decodeMessage(received(), raw),
        decodeMessage({ ...received(), attempt: 2 }, raw),
      ];
      expect({ ...first }).toEqual({ ...second });
      expect({ ...first }).toMatchObject({ id, source: "/raw", type: "dev.faasade.message", data });
    }
  });

  it("never takes a bare message for an event, whatever its sender calls it", () => {
    const body = Buffer.from('{"specversion":"1.0","id":"forged","source":"/x","type":"y"}');
    const received = {
      receipt: "1.1",
      id: "real",
      attempt: 1,
      sentAt: 0,
      body,
      contentType: "application/cloudevents+json",
    };
    expect(decodeMessage(received, { name: "raw", format: "raw" })).toMatchObject({
      id: "real",
      data: { id: "forged" },
    });
  });

  it("refuses what is no event with an error that no redelivery would mend", () => {
    const received = {
      receipt: "1.1",
      id: "a",
      attempt: 1,
      sentAt: 0,
      body: Buffer.from("{"),
      contentType: "application/json",
    };
    expect(() => decodeMessage(received, { name: "mails", format: "cloudevents" })).toThrow(CloudEventError);
  });

  it("has a name in kebab case", () => {
    expect(() => queue("Mails", mail)).toThrow("kebab case");
  });
});
