import { describe, expect, it } from "vitest";
import {
  type CloudEvent,
  CloudEventError,
  decodeHttp,
  encodeBatch,
  encodeHttpBinary,
  encodeStructured,
  httpContentMode,
} from "../../src/cloudevents/index.ts";
import { plain } from "./arbitraries.ts";

const required = {
  "ce-specversion": "1.0",
  "ce-id": "1234",
  "ce-source": "/mycontext",
  "ce-type": "com.example.some",
};
const empty = new Uint8Array();

function decodeOne(headers: Parameters<typeof decodeHttp>[0], body: string | Uint8Array = empty): CloudEvent {
  const decoded = decodeHttp(headers, typeof body === "string" ? Buffer.from(body) : body);
  if (Array.isArray(decoded)) throw new Error("a batch, where one event was expected");
  return decoded;
}

describe("decodeHttp", () => {
  it("reads attributes from ce- headers, the type of the data from Content-Type, the data from the body", () => {
    const headers = {
      ...required,
      "ce-time": "2018-04-05T03:56:24.123456789+02:00",
      "ce-subject": "larger-context",
      "ce-dataschema": "#",
      "ce-traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
      "ce-comexampleothervalue": "5",
      "content-type": "application/json; charset=utf-8",
      host: "example.com",
    };
    expect(plain(decodeOne(headers, '{"total":42}'))).toEqual({
      specversion: "1.0",
      id: "1234",
      source: "/mycontext",
      type: "com.example.some",
      subject: "larger-context",
      time: "2018-04-05T03:56:24.123456789+02:00",
      dataschema: "#",
      datacontenttype: "application/json; charset=utf-8",
      data: { total: 42 },
      extensions: {
        traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        comexampleothervalue: "5",
      },
    });
  });

  it("takes header names in any case, from a record, a Map or a Headers", () => {
    const shouted = {
      "CE-SPECVERSION": "1.0",
      "Ce-Id": "1",
      "cE-source": "/s",
      "Ce-Type": "t",
      "Ce-MyExt": "e",
    };
    const withType = { ...shouted, "Content-TYPE": "text/plain" };
    for (const headers of [withType, new Map(Object.entries(withType)), new Headers(withType)]) {
      const event = decodeOne(headers, "hi");
      expect(event).toMatchObject({
        id: "1",
        source: "/s",
        type: "t",
        data: "hi",
        datacontenttype: "text/plain",
      });
      expect(event.extensions.myext).toBe("e");
    }
  });

  it("undoes percent-encoding once, in either case, needed or not", () => {
    const subject = (value: string) => decodeOne({ ...required, "ce-subject": value }).subject;
    expect(subject("Euro%20%E2%82%AC%20%F0%9F%98%80")).toBe("Euro € 😀");
    expect(subject("%e2%82%ac%41")).toBe("€A");
    expect(subject("%2541")).toBe("%41");
  });

  it("keeps a percent sign that starts no encoded byte, and what is sent raw", () => {
    const subject = (value: string) => decodeOne({ ...required, "ce-subject": value }).subject;
    expect(subject("100% of %zz, %4")).toBe("100% of %zz, %4");
    expect(subject("50%, caf%C3%A9")).toBe("50%, café");
    expect(subject("café crème")).toBe("café crème");
  });

  it("reads a URI that was sent without encoding, where decoding would make it none", () => {
    const source = (value: string) => decodeOne({ ...required, "ce-source": value }).source;
    expect(source("https://example.com/a%20b")).toBe("https://example.com/a%20b");
    expect(source("https://example.com/a%2520b")).toBe("https://example.com/a%20b");
    expect(source("/gr%C3%B6%C3%9Fe")).toBe("/größe");
    expect(() => source("%20 x")).toThrow(/source: .*URI reference/);
  });

  it.each(["%C0%A0", "%ED%A0%80", "%80", "ok%FFok"])(
    "refuses %s, encoded bytes that are not UTF-8",
    (value) => {
      expect(() => decodeOne({ ...required, "ce-subject": value })).toThrow(
        /^Cannot accept CloudEvent subject: .*UTF-8/,
      );
    },
  );

  it("undoes quoting of a whole value, as older senders do it, and of nothing else", () => {
    const subject = (value: string) => decodeOne({ ...required, "ce-subject": value }).subject;
    expect(subject('"a \\"b\\" \\\\ %41"')).toBe('a "b" \\ A');
    expect(subject('say "hi"')).toBe('say "hi"');
    expect(subject('"a" and "b"')).toBe('"a" and "b"');
    expect(subject('"open\\"')).toBe('"open\\"');
    expect(subject('"')).toBe('"');
  });

  it("refuses control characters, sent raw or encoded, so that no log line can be forged", () => {
    expect(() => decodeOne({ ...required, "ce-subject": "a%0D%0Ab" })).toThrow(
      /subject: .*control characters/,
    );
    expect(() => decodeOne({ ...required, "ce-myext": "a\u0000b" })).toThrow(/myext: .*control characters/);
  });

  it("refuses an attribute that comes twice", () => {
    const twice = /found twice, expected once/;
    expect(() => decodeOne({ ...required, "Ce-Id": "2" })).toThrow(twice);
    expect(() => decodeOne({ ...required, "ce-myext": ["1", "2"] })).toThrow(twice);
    expect(() => decodeOne([...Object.entries(required), ["ce-type", "other"]])).toThrow(twice);
    expect(() => decodeOne({ ...required, "content-type": "a/b", "ce-datacontenttype": "a/b" })).toThrow(
      twice,
    );
    expect(decodeOne({ ...required, "ce-myext": ["1"] }).extensions.myext).toBe("1");
  });

  it("refuses more than 128 extensions", () => {
    const many = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, n) => [`ce-e${n}`, "x"]));
    expect(Object.keys(decodeOne({ ...required, ...many(128) }).extensions)).toHaveLength(128);
    expect(() => decodeOne({ ...required, ...many(129) })).toThrow(/more than 128 extension attributes/);
  });

  it("takes an empty body for no data, or for empty data where the type says text or bytes", () => {
    expect(decodeOne(required).data).toBeUndefined();
    expect(decodeOne({ ...required, "content-type": "application/json" }).data).toBeUndefined();
    expect(decodeOne({ ...required, "content-type": "text/plain" }).data).toBe("");
    expect(decodeOne({ ...required, "content-type": "image/png" }).data).toEqual(empty);
  });

  it("reads a structured message whatever else is in the headers", () => {
    const { body } = encodeStructured(decodeOne({ ...required, "content-type": "application/json" }, "[1]"));
    const headers = { "content-type": "Application/CloudEvents+JSON; charset=UTF-8", "ce-id": "" };
    expect(decodeOne(headers, body)).toMatchObject({ id: "1234", data: [1] });
  });

  it("reads a batch, also an empty one", () => {
    const batch = encodeBatch([decodeOne(required), decodeOne({ ...required, "ce-id": "2" })]);
    const decoded = decodeHttp({ "content-type": batch.contentType }, Buffer.from(batch.body));
    expect((decoded as CloudEvent[]).map((event) => event.id)).toEqual(["1234", "2"]);
    expect(decodeHttp({ "content-type": batch.contentType }, Buffer.from("[]"))).toEqual([]);
  });

  it.each(["application/cloudevents+avro", "application/cloudevents", "application/cloudevents-batch+xml"])(
    "refuses %s, a format it cannot read",
    (type) => {
      const message = `found the format "${type}", expected application/cloudevents`;
      expect(() => decodeHttp({ ...required, "content-type": type }, Buffer.from("{}"))).toThrow(message);
    },
  );
});

describe("httpContentMode", () => {
  it("tells the mode by Content-Type first, then by ce-specversion", () => {
    expect(httpContentMode({ "content-type": "application/cloudevents+json" })).toBe("structured");
    expect(httpContentMode(new Headers({ "content-type": "application/cloudevents-batch+json" }))).toBe(
      "batch",
    );
    expect(httpContentMode(required)).toBe("binary");
    expect(httpContentMode({ "Ce-SpecVersion": "1.0", "Content-Type": "text/plain" })).toBe("binary");
    expect(httpContentMode({ "content-type": "application/json" })).toBeUndefined();
    expect(httpContentMode({})).toBeUndefined();
  });
});

describe("encodeHttpBinary", () => {
  const event: CloudEvent = {
    specversion: "1.0",
    id: "1",
    source: "/s",
    type: "t",
    data: undefined,
    extensions: {},
  };

  it("percent-encodes space, quote, percent sign and all but printable ASCII, in upper case, and nothing else", () => {
    const subject = (value: string) => encodeHttpBinary({ ...event, subject: value }).headers["ce-subject"];
    expect(subject("Euro € 😀")).toBe("Euro%20%E2%82%AC%20%F0%9F%98%80");
    expect(subject('a "b" 100%')).toBe("a%20%22b%22%20100%25");
    const untouched = "!#$&'()*+,-./0189:;<=>?@AZ[\\]^_`az{|}~";
    expect(subject(untouched)).toBe(untouched);
  });

  it("writes extensions as text: booleans, integers, bytes as base64", () => {
    const extensions = { flag: true, count: -7, raw: Buffer.from([1, 2, 255]) };
    const { headers } = encodeHttpBinary({ ...event, extensions });
    expect(headers).toMatchObject({ "ce-flag": "true", "ce-count": "-7", "ce-raw": "AQL/" });
  });

  it("names the implied JSON, never a type for bytes of unknown type, and never ce-datacontenttype", () => {
    const json = encodeHttpBinary({ ...event, data: "I'm just a string" });
    expect(json.headers["content-type"]).toBe("application/json");
    expect(Buffer.from(json.body).toString()).toBe('"I\'m just a string"');
    const bytes = encodeHttpBinary({ ...event, data: new Uint8Array([1]) });
    expect(bytes.headers).not.toHaveProperty("content-type");
    const typed = encodeHttpBinary({ ...event, datacontenttype: "text/plain", data: "x" });
    expect(Object.keys(typed.headers).sort()).toEqual([
      "ce-id",
      "ce-source",
      "ce-specversion",
      "ce-type",
      "content-type",
    ]);
  });

  it("invents neither time nor id nor type", () => {
    expect(Object.keys(encodeHttpBinary(event).headers)).toEqual([
      "ce-specversion",
      "ce-id",
      "ce-source",
      "ce-type",
    ]);
    expect(encodeHttpBinary(event).body).toHaveLength(0);
  });

  it("writes no header that could split the message", () => {
    for (const broken of [
      { datacontenttype: "a/b\r\nx: y" },
      { subject: "a\nb" },
      { extensions: { "a\r\nb": "c" } },
    ]) {
      expect(() => encodeHttpBinary({ ...event, ...broken })).toThrow(CloudEventError);
    }
  });
});
