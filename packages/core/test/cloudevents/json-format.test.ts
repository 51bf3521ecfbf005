import { describe, expect, it } from "vitest";
import {
  CloudEventError,
  decodeBatch,
  decodeStructured,
  encodeStructured,
} from "../../src/cloudevents/index.ts";

const attributes = { specversion: "1.0", id: "1", source: "/s", type: "t" };

function decode(members: Record<string, unknown>) {
  return decodeStructured(JSON.stringify({ ...attributes, ...members }));
}

describe("decodeStructured", () => {
  it("keeps apart a null payload and none", () => {
    expect(decode({ data: null }).data).toBeNull();
    expect(decode({}).data).toBeUndefined();
    expect(encodeStructured(decode({ data: null })).body).toContain('"data":null');
    expect(encodeStructured(decode({})).body).not.toContain("data");
  });

  it("takes a string of JSON type for that string, never for a document", () => {
    expect(decode({ datacontenttype: "application/json", data: '{"a":1}' }).data).toBe('{"a":1}');
    expect(decode({ data: "I'm just a string" })).toMatchObject({
      data: "I'm just a string",
      datacontenttype: undefined,
    });
  });

  it("decodes data_base64 to bytes, and those on as the type says", () => {
    const base64 = Buffer.from('{"a":1}').toString("base64");
    expect(decode({ data_base64: base64 }).data).toStrictEqual(new Uint8Array(Buffer.from('{"a":1}')));
    expect(decode({ data_base64: base64, datacontenttype: "application/json" }).data).toEqual({ a: 1 });
    expect(decode({ data_base64: base64, datacontenttype: "text/plain" }).data).toBe('{"a":1}');
    expect(decode({ data_base64: "", datacontenttype: "image/png" }).data).toStrictEqual(new Uint8Array());
  });

  it.each(["x", "QQ", "QQ=", "Q===", "====", "QQ==QQ==", "Q Q=", "QQ=\n", "é+==", 5, {}])(
    "refuses the data_base64 %j",
    (value) => {
      expect(() => decode({ data_base64: value })).toThrow(
        /^Cannot accept CloudEvent data: found a data_base64/,
      );
    },
  );

  it("refuses data beside data_base64, and anything but text for a type that is not JSON", () => {
    expect(() => decode({ data: "x", data_base64: "QQ==" })).toThrow(/both data and data_base64/);
    expect(() => decode({ datacontenttype: "text/plain", data: { a: 1 } })).toThrow(
      /found an object, expected a string/,
    );
  });

  it.each(["", "{", "null", "[]", '"x"', "1", "\u00ef\u00bb"])("refuses the body %j", (body) => {
    expect(() => decodeStructured(body)).toThrow(CloudEventError);
    expect(() => decodeStructured(Buffer.from(body, "latin1"))).toThrow(CloudEventError);
  });

  it("reads past a byte order mark", () => {
    expect(decodeStructured(Buffer.from(`\uFEFF${JSON.stringify(attributes)}`)).id).toBe("1");
  });
});

describe("encodeStructured", () => {
  it("writes bytes as data_base64, also bytes that were to be JSON and are not", () => {
    const bytes = Buffer.from([0, 255]);
    expect(encodeStructured({ ...decode({}), data: bytes }).body).toContain('"data_base64":"AP8="');
    const base64 = Buffer.from('{"a":').toString("base64");
    const broken = decode({ data_base64: base64, datacontenttype: "application/json" });
    expect(encodeStructured(broken).body).toContain(`"data_base64":"${base64}"`);
  });

  it("keeps numbers and booleans of extensions", () => {
    expect(encodeStructured(decode({ count: 5, flag: true })).body).toContain('"count":5,"flag":true');
  });

  it("keeps what looks like a mark inside a string", () => {
    const data = { text: "a\uFEFFb\nc" };
    const base64 = Buffer.from(JSON.stringify(data, undefined, 2)).toString("base64");
    const event = decode({ data_base64: base64, datacontenttype: "application/json" });
    expect(JSON.parse(encodeStructured(event).body)).toHaveProperty("data", data);
  });
});

describe("decodeBatch", () => {
  it("names the event at fault and returns none", () => {
    const batch = JSON.stringify([attributes, { ...attributes, id: "" }]);
    expect(() => decodeBatch(batch)).toThrow(
      /^Cannot accept CloudEvent id: .*It is event 1 of the batch, from 0\.$/,
    );
    expect(() => decodeBatch("{}")).toThrow(/found an object, expected a JSON array/);
  });
});
