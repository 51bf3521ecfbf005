// The npm package `cloudevents` 10 as a second opinion: where it is right both agree, where it is not a test says how.

import { HTTP, Kafka, type Message, MQTT, CloudEvent as SdkEvent } from "cloudevents";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type CloudEvent,
  decodeHttp,
  decodeKafka,
  decodeMqtt,
  decodeStructured,
  encodeBatch,
  encodeHttpBinary,
  encodeKafka,
  encodeMqtt5,
  encodeStructured,
} from "../../src/cloudevents/index.ts";
import { plain } from "./arbitraries.ts";

// What both sides can carry: printable ASCII without percent and quote, time in UTC with milliseconds, JSON objects.
const word = fc.stringMatching(/^[!#$&-~]{1,20}$/);
const event: fc.Arbitrary<CloudEvent> = fc.record({
  specversion: fc.constant("1.0" as const),
  id: word,
  source: fc.webUrl().filter((url) => !url.includes("%")),
  type: word,
  subject: word,
  time: fc
    .date({ min: new Date(0), max: new Date("2100-01-01"), noInvalidDate: true })
    .map((date) => date.toISOString()),
  datacontenttype: fc.constant("application/json"),
  data: fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), fc.oneof(fc.string(), fc.integer(), fc.boolean())),
  extensions: fc.record({ traceparent: word, myext: word }),
});

/** The event as the SDK wants it: extensions at the top. */
function sdkEvent({ extensions, ...attributes }: CloudEvent): SdkEvent<unknown> {
  return new SdkEvent({ ...attributes, ...extensions } as ConstructorParameters<typeof SdkEvent>[0]);
}

/** An event of the SDK as one of ours. */
function fromSdk(event: unknown): Record<string, unknown> {
  return plain(decodeStructured(JSON.stringify(event)));
}

/** What an HTTP client would put on the wire. */
function wire({ headers, body }: Message): { headers: Record<string, string>; body: Uint8Array } {
  const texts = Object.entries(headers).map(([name, value]) => [name, String(value)] as const);
  return { headers: Object.fromEntries(texts), body: Buffer.from(body === undefined ? "" : String(body)) };
}

function asText({ headers, body }: { headers: Record<string, string>; body: Uint8Array }): Message {
  return { headers, body: Buffer.from(body).toString() };
}

describe("the cloudevents SDK and this codec", () => {
  it("read each other's binary HTTP", () => {
    fc.assert(
      fc.property(event, (event) => {
        expect(fromSdk(HTTP.toEvent(asText(encodeHttpBinary(event))))).toEqual(plain(event));
        const { headers, body } = wire(HTTP.binary(sdkEvent(event)));
        expect(plain(decodeHttp(headers, body) as CloudEvent)).toEqual(plain(event));
      }),
    );
  });

  it("read each other's structured HTTP and batches", () => {
    fc.assert(
      fc.property(event, (event) => {
        const { contentType, body } = encodeStructured(event);
        const headers = { "content-type": contentType };
        expect(fromSdk(HTTP.toEvent({ headers, body }))).toEqual(plain(event));
        const message = wire(HTTP.structured(sdkEvent(event)));
        expect(plain(decodeHttp(message.headers, message.body) as CloudEvent)).toEqual(plain(event));
        const batch = encodeBatch([event, event]);
        const both = HTTP.toEvent({ headers: { "content-type": batch.contentType }, body: batch.body });
        expect([both].flat().map(fromSdk)).toEqual([plain(event), plain(event)]);
      }),
    );
  });

  it("read each other's Kafka records", () => {
    fc.assert(
      fc.property(event, (event) => {
        const { key, value, headers } = encodeKafka({
          ...event,
          extensions: { ...event.extensions, partitionkey: "p" },
        });
        const record = { key: key ?? undefined, value: Buffer.from(value ?? []), headers, body: value };
        expect(fromSdk(Kafka.toEvent(record))).toMatchObject({
          ...event,
          extensions: { ...event.extensions },
        });
        const sent = Kafka.binary(sdkEvent(event));
        const back = decodeKafka({
          value: JSON.stringify(sent.value),
          headers: sent.headers as Record<string, string>,
        });
        expect(plain(back)).toEqual(plain(event));
      }),
    );
  });

  it("read each other's MQTT messages", () => {
    fc.assert(
      fc.property(event, (event) => {
        const { payload, properties } = encodeMqtt5(event);
        const body = JSON.parse(Buffer.from(payload).toString()) as unknown;
        const headers = { ...properties.userProperties, datacontenttype: properties.contentType };
        expect(fromSdk(MQTT.toEvent({ headers, body }))).toEqual(plain(event));
        const sent = MQTT.binary(sdkEvent(event));
        const texts = Object.entries(sent.headers).filter(([, value]) => value !== undefined);
        const userProperties = Object.fromEntries(texts) as Record<string, string>;
        const back = decodeMqtt({ payload: JSON.stringify(sent.body), properties: { userProperties } });
        expect(plain(back)).toEqual(plain(event));
      }),
    );
  });
});

describe("where the SDK deviates from the specification, this codec", () => {
  const attributes = { id: "1", source: "/s", type: "t", time: "2026-01-31T09:30:00.000Z" };
  const ours: CloudEvent = { specversion: "1.0", ...attributes, data: undefined, extensions: {} };
  const decode = (headers: Record<string, string>) => decodeHttp(headers, new Uint8Array()) as CloudEvent;

  it("percent-encodes header values; the SDK sends them raw, where not even a percent sign is safe", () => {
    const subject = "é 50%41";
    expect(HTTP.binary(new SdkEvent({ ...attributes, subject })).headers["ce-subject"]).toBe(subject);
    expect(encodeHttpBinary({ ...ours, subject }).headers["ce-subject"]).toBe("%C3%A9%2050%2541");
  });

  it("decodes header values; the SDK hands them on encoded", () => {
    const { headers } = encodeHttpBinary({ ...ours, subject: "é" });
    expect(HTTP.toEvent({ headers, body: "" })).toHaveProperty("subject", "%C3%A9");
    expect(decode(headers).subject).toBe("é");
  });

  it("decodes data_base64 to bytes; the SDK to a Uint32Array, four bytes for each", () => {
    const document = { specversion: "1.0", ...attributes, data_base64: "AQL/" };
    const headers = { "content-type": "application/cloudevents+json" };
    const theirs = HTTP.toEvent({ headers, body: JSON.stringify(document) }) as SdkEvent<unknown>;
    expect(theirs.data).toBeInstanceOf(Uint32Array);
    expect(decodeStructured(JSON.stringify(document)).data).toStrictEqual(new Uint8Array([1, 2, 255]));
  });

  it("never invents a time; the SDK takes now", () => {
    const { time: _, ...untimed } = attributes;
    const headers = { "ce-specversion": "1.0", "ce-id": "1", "ce-source": "/s", "ce-type": "t" };
    expect((HTTP.toEvent({ headers, body: "" }) as SdkEvent<unknown>).time).toBeTypeOf("string");
    expect(new SdkEvent(untimed).time).toBeTypeOf("string");
    expect(decode(headers).time).toBeUndefined();
    expect(encodeStructured({ ...ours, time: undefined }).body).not.toContain("time");
  });

  it("leaves the time as the producer wrote it; the SDK cuts it to milliseconds in UTC", () => {
    const time = "2026-01-31T10:30:00.123456789+01:00";
    const headers = {
      "ce-specversion": "1.0",
      "ce-id": "1",
      "ce-source": "/s",
      "ce-type": "t",
      "ce-time": time,
    };
    expect(HTTP.toEvent({ headers, body: "" })).toHaveProperty("time", "2026-01-31T09:30:00.123Z");
    expect(decode(headers).time).toBe(time);
  });

  it("refuses a time that is none; the SDK replaces it by now", () => {
    const headers = {
      "ce-specversion": "1.0",
      "ce-id": "1",
      "ce-source": "/s",
      "ce-type": "t",
      "ce-time": "lunchtime",
    };
    expect((HTTP.toEvent({ headers, body: "" }) as SdkEvent<unknown>).time).toMatch(/^\d{4}-/);
    expect(() => decode(headers)).toThrow(/time: found "lunchtime"/);
  });

  it("makes every header value text; the SDK leaves numbers in HTTP and undefined in Kafka", () => {
    const count = { ...attributes, count: 5 };
    expect(HTTP.binary(new SdkEvent(count)).headers["ce-count"]).toBe(5);
    expect(Object.values(Kafka.binary(new SdkEvent(attributes)).headers)).toContain(undefined);
    const event = { ...ours, extensions: { count: 5 } };
    expect(encodeHttpBinary(event).headers["ce-count"]).toBe("5");
    expect(Object.values(encodeKafka(event).headers).every((value) => typeof value === "string")).toBe(true);
  });

  it("refuses text that is not JSON under a JSON type; the SDK quotes it", () => {
    const headers = {
      "ce-specversion": "1.0",
      "ce-id": "1",
      "ce-source": "/s",
      "ce-type": "t",
      "content-type": "application/json",
    };
    expect(HTTP.toEvent({ headers, body: "hello" })).toHaveProperty("data", "hello");
    expect(() => (decodeHttp(headers, Buffer.from("hello")) as CloudEvent).data).toThrow(/not JSON/);
  });

  it("claims no type for bytes of unknown type; the SDK calls them JSON", () => {
    const data = new Uint8Array([1]);
    expect(HTTP.binary(new SdkEvent({ ...attributes, data })).headers["content-type"]).toContain(
      "application/json",
    );
    expect(encodeHttpBinary({ ...ours, data }).headers).not.toHaveProperty("content-type");
  });

  it("adds no attribute to a Kafka event; the SDK makes its key a partitionkey", () => {
    const headers = { ce_specversion: "1.0", ce_id: "1", ce_source: "/s", ce_type: "t" };
    const theirs = Kafka.toEvent({ key: "k", value: "x", headers, body: "x" } as Parameters<
      typeof Kafka.toEvent
    >[0]);
    expect(theirs).toHaveProperty("partitionkey", "k");
    expect({ ...decodeKafka({ value: "x", headers }).extensions }).toEqual({});
  });

  it("encodes JSON data in Kafka and MQTT; the SDK puts the object itself where bytes belong", () => {
    const data = { a: 1 };
    expect(Kafka.binary(new SdkEvent({ ...attributes, data })).value).toBe(data);
    expect(MQTT.binary(new SdkEvent({ ...attributes, data })).body).toBe(data);
    expect(Buffer.from(encodeKafka({ ...ours, data }).value ?? []).toString()).toBe('{"a":1}');
    expect(Buffer.from(encodeMqtt5({ ...ours, data }).payload).toString()).toBe('{"a":1}');
  });

  it("calls MQTT's property contentType, as clients do; the SDK writes 'Content Type'", () => {
    const sent = MQTT.binary(new SdkEvent({ ...attributes, datacontenttype: "text/plain", data: "x" }));
    expect(sent).toHaveProperty(["PUBLISH", "Content Type"], "text/plain");
    const made = encodeMqtt5({ ...ours, datacontenttype: "text/plain", data: "x" });
    expect(made.properties.contentType).toBe("text/plain");
  });
});
