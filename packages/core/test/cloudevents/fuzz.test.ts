import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type CloudEvent,
  CloudEventError,
  decodeHttp,
  decodeKafka,
  decodeMqtt,
  decodeStructured,
  encodeHttpBinary,
  encodeStructured,
} from "../../src/cloudevents/index.ts";
import { events } from "./arbitraries.ts";

/** Runs the whole life of a message and answers whether it was refused; any other error is a crash. */
function isRefused(decode: () => CloudEvent | CloudEvent[]): boolean {
  try {
    for (const event of [decode()].flat()) {
      encodeStructured(event);
      encodeHttpBinary(event);
      void event.data;
    }
    return false;
  } catch (error) {
    if (error instanceof CloudEventError) return true;
    throw error;
  }
}

const anyText = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.constantFrom(
    "",
    "1.0",
    "%",
    "%zz",
    "%C0%A0",
    "%ED%A0%80",
    '"',
    '"\\',
    '"a\\"',
    "\u0000",
    "\uD800",
    "__proto__",
    "data",
  ),
);
const headerName = fc.oneof(
  fc.constantFrom(
    "ce-id",
    "CE-ID",
    "ce-",
    "ce-data",
    "ce-__proto__",
    "ce-constructor",
    "content-type",
    "Content-Type",
  ),
  anyText.map((text) => `ce-${text}`),
);
const contentType = fc.oneof(
  anyText,
  fc.constantFrom(
    "application/json",
    "application/cloudevents",
    "application/cloudevents+avro",
    "text/plain;charset=x",
  ),
  fc.constantFrom(
    "application/cloudevents+json",
    "application/cloudevents-batch+json",
    "APPLICATION/CLOUDEVENTS+JSON;",
  ),
);

describe("a message that is broken", () => {
  it("is an event or a CloudEventError over HTTP, never a crash", () => {
    const edits = fc.dictionary(headerName, fc.oneof(anyText, fc.array(anyText, { maxLength: 3 })), {
      maxKeys: 4,
    });
    fc.assert(
      fc.property(events(), edits, fc.option(contentType), fc.uint8Array(), (event, edited, type, noise) => {
        const { headers, body } = encodeHttpBinary(event);
        const mutated = { ...headers, ...edited, ...(type === null ? {} : { "content-type": type }) };
        isRefused(() => decodeHttp(mutated, body));
        isRefused(() => decodeHttp(mutated, noise));
        isRefused(() => decodeKafka({ value: noise, headers: { ...mutated, ce_id: noise, ce_time: null } }));
        isRefused(() => decodeMqtt({ payload: noise, properties: { userProperties: mutated } }));
      }),
      { numRuns: 500 },
    );
  });

  it("is an event or a CloudEventError as JSON, never a crash", () => {
    fc.assert(
      fc.property(
        events(),
        fc.dictionary(anyText, fc.jsonValue()),
        fc.nat(),
        fc.nat(255),
        (event, extra, at, byte) => {
          const document = JSON.parse(encodeStructured(event).body) as object;
          isRefused(() => decodeStructured(JSON.stringify({ ...document, ...extra })));
          const bytes = Buffer.from(encodeStructured(event).body);
          bytes[at % bytes.length] = byte;
          isRefused(() => decodeStructured(bytes));
          isRefused(() => decodeStructured(bytes.subarray(0, at % bytes.length)));
        },
      ),
      { numRuns: 500 },
    );
  });

  it.each([
    ["one long quoted string", "ce-subject", `"${"a".repeat(4e6)}"`],
    ["a quoted string without end", "ce-subject", `"${"\\a".repeat(2e6)}`],
    ["nothing but percent signs", "ce-subject", "%".repeat(4e6)],
    ["nothing but encoded bytes", "ce-subject", "%41".repeat(1e6)],
    ["a fraction of a million digits", "ce-time", `2026-01-01T00:00:00.${"1".repeat(1e6)}`],
    ["a media type full of parameters", "content-type", `text/plain${"; charset".repeat(5e5)}`],
    ["a media type full of spaces", "content-type", `text/plain;${" ".repeat(4e6)}é`],
    ["an attribute name of a million letters", `ce-${"a".repeat(1e6)}`, "x"],
  ])("ends soon with %s", (_what, name, value) => {
    const headers = {
      "ce-specversion": "1.0",
      "ce-id": "1",
      "ce-source": "/s",
      "ce-type": "t",
      [name]: value,
    };
    expect(isRefused(() => decodeHttp(headers, Buffer.from("x")))).toBeTypeOf("boolean");
  });

  it("ends soon with JSON a million levels deep", () => {
    const head = '{"specversion":"1.0","id":"1","source":"/s","type":"t","data":';
    const deep = "[".repeat(1e6);
    expect(isRefused(() => decodeStructured(`${head}${deep}`))).toBe(true);
    // V8 reads such JSON but cannot write it again.
    expect(isRefused(() => decodeStructured(`${head}${deep}${"]".repeat(1e6)}}`))).toBe(true);
  });

  it("changes no prototype", () => {
    const polluted = '{"specversion":"1.0","id":"1","source":"/s","type":"t","__proto__":{"admin":true}}';
    expect(() => decodeStructured(polluted)).toThrow(CloudEventError);
    const headers = {
      "ce-specversion": "1.0",
      "ce-id": "1",
      "ce-source": "/s",
      "ce-type": "t",
      "ce-constructor": "x",
    };
    const { extensions } = decodeHttp(headers, new Uint8Array()) as CloudEvent;
    expect({ ...extensions }).toEqual({ constructor: "x" });
    expect(extensions.tostring ?? extensions.valueof).toBeUndefined();
    expect(({} as Record<string, unknown>).admin).toBeUndefined();
  });
});
