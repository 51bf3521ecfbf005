import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import {
  type CloudEvent,
  CloudEventError,
  dataBytes,
  decodeHttp,
  decodeStructured,
  encodeHttpBinary,
  encodeStructured,
} from "../../src/cloudevents/index.ts";

const required = { "ce-specversion": "1.0", "ce-id": "1", "ce-source": "/s", "ce-type": "t" };

function received(contentType: string | undefined, body: string | Uint8Array): CloudEvent {
  const headers = contentType === undefined ? required : { ...required, "content-type": contentType };
  return decodeHttp(headers, typeof body === "string" ? Buffer.from(body) : body) as CloudEvent;
}

function made(parts: Partial<CloudEvent>): CloudEvent {
  return { specversion: "1.0", id: "1", source: "/s", type: "t", data: undefined, extensions: {}, ...parts };
}

describe("the data of an event", () => {
  it.each([
    ["application/json", '{"a":1}', { a: 1 }],
    ["text/json; charset=x", "1", 1],
    ["application/vnd.api+JSON", "null", null],
    ["application/json", '\uFEFF"marked"', "marked"],
    ["text/plain", "gruezi €", "gruezi €"],
    ["text/plain", "\uFFFD", "\uFFFD"],
    ["text/plain; charset=latin1", "x", new Uint8Array([0x78])],
    ["application/xml", "x", new Uint8Array([0x78])],
    ["application/notjson", "1", new Uint8Array([0x31])],
    [undefined, "1", new Uint8Array([0x31])],
  ])("sent as %s is %s read as %j", (contentType, body, data) => {
    expect(received(contentType, body).data).toStrictEqual(data);
  });

  it("has the same type however it travelled", () => {
    for (const type of ["application/json", "text/plain", "application/xml", "application/octet-stream"]) {
      const binary = received(type, '"x"');
      expect(decodeStructured(encodeStructured(binary).body).data).toStrictEqual(binary.data);
      const asText = {
        specversion: "1.0",
        id: "1",
        source: "/s",
        type: "t",
        datacontenttype: type,
        data: '"x"',
      };
      if (type !== "application/json")
        expect(decodeStructured(JSON.stringify(asText)).data).toStrictEqual(binary.data);
    }
  });

  it("is parsed only when read, and once", () => {
    const event = received("application/json", '{"a":');
    expect(event.id).toBe("1");
    expect(() => event.data).toThrow(CloudEventError);
    const sound = received("application/json", '{"a":{}}');
    expect(sound.data).toBe(sound.data);
  });

  it("says what is wrong with it and where, but shows nothing of it", () => {
    const read = () => received("application/json", '{"password":"hunter2",}').data;
    expect(read).toThrow(
      /^Cannot accept CloudEvent data: found text that is not JSON at position 22, expected JSON\.$/,
    );
    expect(() => received("text/plain", Buffer.from([0x68, 0xff])).data).toThrow(
      /data: found bytes that are not UTF-8/,
    );
  });

  it("is a property like any other: spread, cloned, listed, printed and stringified", () => {
    const event = received("application/json", '{"a":1}');
    expect({ ...event, id: "2" }).toMatchObject({ id: "2", data: { a: 1 } });
    expect(structuredClone({ ...event })).toMatchObject({ data: { a: 1 } });
    expect(structuredClone(event)).toMatchObject({ id: "1", data: { a: 1 } });
    expect(Object.keys(event)).toContain("data");
    expect(JSON.parse(JSON.stringify(event))).toMatchObject({ data: { a: 1 } });
    expect(inspect(event)).toContain("data: { a: 1 }");
  });

  it("of a changed copy is what the copy says", () => {
    const copy = { ...received("application/json", '{"a":1}'), data: { a: 2 } };
    expect(Buffer.from(encodeHttpBinary(copy).body).toString()).toBe('{"a":2}');
    expect(encodeStructured(copy).body).toContain('"data":{"a":2}');
  });

  it("is a plain Uint8Array, never a Buffer, whose slice and toString differ", () => {
    const body = Buffer.from("abc");
    expect((received("image/png", body).data as Uint8Array).constructor).toBe(Uint8Array);
    expect(dataBytes(received("text/plain", body))?.constructor).toBe(Uint8Array);
  });
});

describe("dataBytes", () => {
  it("returns exactly what arrived, white space and digits included", () => {
    const body = '{ "big" : 12345678901234567890.10 ,\n "a":1, "a":2 }';
    const event = received("application/json", body);
    expect(event.data).toHaveProperty("a", 2);
    expect(Buffer.from(dataBytes(event) ?? []).toString()).toBe(body);
    expect(encodeStructured(event).body).toContain(
      '"data":{ "big" : 12345678901234567890.10 , "a":1, "a":2 }',
    );
  });

  it("encodes what was made here as its type says", () => {
    const text = (parts: Partial<CloudEvent>) => Buffer.from(dataBytes(made(parts)) ?? []).toString();
    expect(text({ data: { a: [1] } })).toBe('{"a":[1]}');
    expect(text({ data: "x" })).toBe('"x"');
    expect(text({ data: null })).toBe("null");
    expect(text({ data: "x", datacontenttype: "text/plain" })).toBe("x");
    expect(text({ data: "<x/>", datacontenttype: "application/xml" })).toBe("<x/>");
    expect(text({ data: Buffer.from("{}"), datacontenttype: "application/json" })).toBe("{}");
    expect(dataBytes(made({}))).toBeUndefined();
  });

  it.each([
    [
      { data: { a: 1 }, datacontenttype: "text/plain" },
      /found an object, expected a string or bytes for text\/plain/,
    ],
    [{ data: "é", datacontenttype: "text/plain; charset=latin1" }, /found a string, expected bytes/],
    [{ data: 1n }, /found a bigint that JSON cannot hold/],
    [{ data: () => 1 }, /found a function that JSON cannot hold/],
  ])("refuses %o", (parts, message) => {
    expect(() => dataBytes(made(parts))).toThrow(CloudEventError);
    expect(() => dataBytes(made(parts))).toThrow(message);
    expect(() => encodeStructured(made(parts))).toThrow(message);
  });
});
