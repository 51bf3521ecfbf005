import { describe, expect, it } from "vitest";
import {
  type CloudEvent,
  CloudEventError,
  decodeKafka,
  decodeMqtt,
  encodeKafka,
  encodeKafkaStructured,
  encodeMqtt5,
  encodeStructured,
} from "../../src/cloudevents/index.ts";

const event: CloudEvent = {
  specversion: "1.0",
  id: "1",
  source: "/s",
  type: "t",
  subject: "größe 50%",
  datacontenttype: "application/json",
  data: { a: 1 },
  extensions: { partitionkey: "customer-7" },
};
const attributes = { ce_specversion: "1.0", ce_id: "1", ce_source: "/s", ce_type: "t" };

describe("the Kafka binding", () => {
  it("writes ce_ headers in plain UTF-8, content-type, and the partition key as the record's key and as itself", () => {
    const { key, value, headers } = encodeKafka(event);
    expect(key).toBe("customer-7");
    expect(Buffer.from(value ?? []).toString()).toBe('{"a":1}');
    expect(headers).toEqual({
      ...attributes,
      ce_subject: "größe 50%",
      ce_partitionkey: "customer-7",
      "content-type": "application/json",
    });
  });

  it("writes a null value only where there is no data, and never in structured mode", () => {
    const without = { ...event, data: undefined, extensions: {} };
    expect(encodeKafka(without)).toMatchObject({ key: null, value: null });
    expect(encodeKafka({ ...without, data: new Uint8Array() }).value).toStrictEqual(new Uint8Array());
    expect(encodeKafkaStructured(without).value).toBeInstanceOf(Uint8Array);
    expect(decodeKafka({ value: null, headers: attributes }).data).toBeUndefined();
  });

  it("reads header values as clients give them: text, Buffers, lists of one, null", () => {
    const headers = {
      ...attributes,
      ce_id: Buffer.from("ä"),
      ce_type: [Buffer.from("t")],
      ce_subject: null,
      ce_time: undefined,
    };
    expect(decodeKafka({ value: "x", headers })).toMatchObject({
      id: "ä",
      type: "t",
      subject: undefined,
      data: new Uint8Array([0x78]),
    });
    expect(() => decodeKafka({ value: "x", headers: { ...attributes, ce_id: ["1", "2"] } })).toThrow(
      /id: found twice/,
    );
    expect(() => decodeKafka({ value: "x", headers: { ...attributes, ce_id: Buffer.from([0xff]) } })).toThrow(
      /id: .*UTF-8/,
    );
  });

  it("leaves percent signs, other headers and the record's key alone", () => {
    const headers = { ...attributes, ce_subject: "%41", other: Buffer.from([0xff]) };
    expect(decodeKafka({ value: null, headers })).toMatchObject({ subject: "%41", extensions: {} });
  });

  it("lets content-type win over ce_datacontenttype, which some producers send beside it", () => {
    const headers = { ...attributes, ce_datacontenttype: "text/plain", "content-type": "application/json" };
    expect(decodeKafka({ value: "1", headers }).data).toBe(1);
  });

  it("refuses batches, which the binding does not know", () => {
    const headers = { "content-type": "application/cloudevents-batch+json" };
    expect(() => decodeKafka({ value: "[]", headers })).toThrow(CloudEventError);
  });
});

describe("the MQTT binding", () => {
  it("writes attributes as user properties without prefix, the media type as Content Type", () => {
    expect(encodeMqtt5(event)).toEqual({
      payload: new Uint8Array(Buffer.from('{"a":1}')),
      properties: {
        contentType: "application/json",
        userProperties: {
          specversion: "1.0",
          id: "1",
          source: "/s",
          type: "t",
          subject: "größe 50%",
          partitionkey: "customer-7",
        },
      },
    });
  });

  it("reads MQTT 3.1.1 as structured JSON, there being nothing else", () => {
    expect(decodeMqtt({ payload: Buffer.from(encodeStructured(event).body) })).toMatchObject({
      id: "1",
      data: { a: 1 },
    });
    expect(() => decodeMqtt({ payload: "21.5" })).toThrow(/found a number, expected a JSON object/);
  });

  it("leaves out user properties that no attribute could be called, and refuses one that comes twice", () => {
    const { payload, properties } = encodeMqtt5(event);
    const userProperties = {
      ...properties.userProperties,
      "correlation-id": "x",
      datacontenttype: "text/plain",
    };
    const decoded = decodeMqtt({ payload, properties: { ...properties, userProperties } });
    expect(decoded).toMatchObject({ datacontenttype: "application/json", data: { a: 1 } });
    expect({ ...decoded.extensions }).toEqual({ partitionkey: "customer-7" });
    const twice = { ...properties, userProperties: { ...properties.userProperties, type: ["a", "b"] } };
    expect(() => decodeMqtt({ payload, properties: twice })).toThrow(/type: found twice/);
  });

  it("refuses a message of MQTT 5 that is no event", () => {
    expect(() => decodeMqtt({ payload: "21.5", properties: {} })).toThrow(/specversion: found nothing/);
  });
});
