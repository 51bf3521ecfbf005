import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type CloudEvent,
  dataBytes,
  decodeBatch,
  decodeHttp,
  decodeKafka,
  decodeMqtt,
  decodeStructured,
  encodeBatch,
  encodeHttpBinary,
  encodeKafka,
  encodeKafkaStructured,
  encodeMqtt5,
  encodeMqtt5Structured,
  encodeStructured,
} from "../../src/cloudevents/index.ts";
import { attributeText, events, plain } from "./arbitraries.ts";

/** Where data and attributes part, an implied media type is spelled out. */
function spelledOut(event: CloudEvent): CloudEvent {
  const isImplied = event.datacontenttype === undefined && event.data !== undefined && !isBytes(event.data);
  return isImplied ? { ...event, datacontenttype: "application/json" } : event;
}

/** Where a message always has a body, no body and an empty one cannot be told apart. */
function bodied(event: CloudEvent): CloudEvent {
  const spelled = spelledOut(event);
  const type = spelled.datacontenttype?.toLowerCase();
  if (type === undefined)
    return isBytes(event.data) && event.data.length === 0 ? { ...event, data: undefined } : spelled;
  if (event.data !== undefined || type.includes("json")) return spelled;
  const isText = type.startsWith("text/") && !type.includes("iso-8859-1");
  return { ...event, data: isText ? "" : new Uint8Array() };
}

function isBytes(data: unknown): data is Uint8Array {
  return data instanceof Uint8Array;
}

describe("an event that travels", () => {
  const scalars = fc.oneof(attributeText, fc.boolean(), fc.integer());

  it("is the same after HTTP binary, whatever Unicode its attributes and whatever its data", () => {
    fc.assert(
      fc.property(events(), (event) => {
        const { headers, body } = encodeHttpBinary(event);
        const decoded = decodeHttp(headers, body) as CloudEvent;
        expect(plain(decoded)).toEqual(plain(bodied(event)));
        expect(Buffer.from(dataBytes(decoded) ?? [])).toEqual(Buffer.from(body));
      }),
      { numRuns: 500 },
    );
  });

  it("is the same after structured JSON, extension types included", () => {
    fc.assert(
      fc.property(events(scalars), (event) => {
        const { contentType, body } = encodeStructured(event);
        expect(body).not.toMatch(/[\r\n]/);
        expect(plain(decodeStructured(body))).toEqual(plain(event));
        const decoded = decodeHttp({ "Content-Type": contentType }, Buffer.from(body)) as CloudEvent;
        expect(plain(decoded)).toEqual(plain(event));
      }),
      { numRuns: 500 },
    );
  });

  it("is the same after a batch, and so are its neighbours", () => {
    fc.assert(
      fc.property(fc.array(events(scalars), { maxLength: 5 }), (batch) => {
        expect(decodeBatch(encodeBatch(batch).body).map(plain)).toEqual(batch.map(plain));
      }),
    );
  });

  it("is the same after Kafka, where empty data is not missing data", () => {
    fc.assert(
      fc.property(events(), fc.boolean(), (event, asBuffers) => {
        const { value, headers } = encodeKafka(event);
        const wire = asBuffers
          ? Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, Buffer.from(text)]))
          : headers;
        expect(plain(decodeKafka({ value, headers: wire }))).toEqual(plain(spelledOut(event)));
        expect(plain(decodeKafka(encodeKafkaStructured(event)))).toEqual(plain(event));
      }),
      { numRuns: 300 },
    );
  });

  it("is the same after MQTT 5 and MQTT 3.1.1", () => {
    fc.assert(
      fc.property(events(), (event) => {
        expect(plain(decodeMqtt(encodeMqtt5(event)))).toEqual(plain(bodied(event)));
        expect(plain(decodeMqtt(encodeMqtt5Structured(event)))).toEqual(plain(event));
        expect(plain(decodeMqtt({ payload: encodeStructured(event).body }))).toEqual(plain(event));
      }),
      { numRuns: 300 },
    );
  });

  it("keeps its bytes through binary, structured and binary again, even where they are not what they claim", () => {
    const contentType = fc.constantFrom(undefined, "application/json", "text/plain", "image/png");
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1 }), contentType, (body, type) => {
        const headers: Record<string, string> = {
          "ce-specversion": "1.0",
          "ce-id": "1",
          "ce-source": "/s",
          "ce-type": "t",
        };
        if (type !== undefined) headers["content-type"] = type;
        const first = decodeHttp(headers, body) as CloudEvent;
        const second = decodeStructured(encodeStructured(first).body);
        const third = decodeKafka(encodeKafka(second));
        expect(Buffer.from(dataBytes(third) ?? [])).toEqual(Buffer.from(body));
        expect(third.datacontenttype).toBe(type);
      }),
    );
  });
});
