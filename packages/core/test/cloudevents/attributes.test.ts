import { describe, expect, it } from "vitest";
import {
  type CloudEvent,
  CloudEventError,
  decodeHttp,
  decodeStructured,
  encodeStructured,
} from "../../src/cloudevents/index.ts";

const valid = { specversion: "1.0", id: "1", source: "https://example.com", type: "com.example.test" };

function decode(attributes: Record<string, unknown>): CloudEvent {
  return decodeStructured(JSON.stringify({ ...valid, ...attributes }));
}

function faultOf(run: () => unknown): CloudEventError {
  try {
    run();
  } catch (error) {
    if (error instanceof CloudEventError) return error;
    throw error;
  }
  throw new Error("accepted, where a CloudEventError was expected");
}

describe("the attributes of an event", () => {
  it.each(["specversion", "id", "source", "type"])(
    "must include %s, which may not be empty, null or a number",
    (name) => {
      for (const value of [undefined, null, "", 25, { a: 1 }]) {
        expect(faultOf(() => decode({ [name]: value })).attribute).toBe(name);
      }
      const headers = {
        "ce-specversion": "1.0",
        "ce-id": "1",
        "ce-source": "/s",
        "ce-type": "t",
        [`ce-${name}`]: undefined,
      };
      expect(faultOf(() => decodeHttp(headers, new Uint8Array())).attribute).toBe(name);
    },
  );

  it("name the version found when it is not 1.0", () => {
    expect(faultOf(() => decode({ specversion: "0.3" })).message).toBe(
      'Cannot accept CloudEvent specversion: found "0.3", expected "1.0", the version spoken here.',
    );
  });

  it.each(["subject", "time", "datacontenttype", "dataschema"])(
    "may leave out %s or set it to null, not empty it",
    (name) => {
      expect(decode({ [name]: null })).toHaveProperty(name, undefined);
      expect(faultOf(() => decode({ [name]: "" })).attribute).toBe(name);
      expect(faultOf(() => decode({ [name]: 1 })).attribute).toBe(name);
    },
  );

  it.each([
    "2018-04-05T17:31:00Z",
    "2018-04-05T17:31:00.000000000Z",
    "2018-04-05t17:31:00z",
    "2018-04-05T17:31:00-23:59",
    "2016-12-31T23:59:60Z",
    "2024-02-29T00:00:00Z",
    "2000-02-29T00:00:00Z",
  ])("take the time %s and leave it as it is", (time) => {
    expect(decode({ time }).time).toBe(time);
  });

  it.each([
    "lunchtime",
    "2018-04-05T18:31Z",
    "2018-04-05T18:31:00",
    "2018-04-05T18:31:00X",
    "2018-04-05T18:31:00+25:00",
    "2018-04-05T18:31:00+xx:00",
    "2018-04-05T18:31:00+05",
    "2018-04-05T24:00:00Z",
    "2018-04-05T23:60:00Z",
    "2018-04-05T23:59:61Z",
    "2018-13-05T18:31:00Z",
    "2018-00-05T18:31:00Z",
    "2018-04-31T18:31:00Z",
    "2018-02-30T18:31:00Z",
    "2023-02-29T18:31:00Z",
    "1900-02-29T18:31:00Z",
    "2018-04-05 18:31:00Z",
    "2018-04-05T18:31:00.Z",
    "2018-04-05T18:31:00Z\n",
    "٢٠١٨-04-05T18:31:00Z",
  ])("refuse the time %j", (time) => {
    expect(faultOf(() => decode({ time })).message).toMatch(
      /^Cannot accept CloudEvent time: found ".*expected an RFC 3339/,
    );
  });

  it.each([
    "#fragment",
    "1-555-123-4567",
    "//authority/path",
    "urn:uuid:6e8bc430-9c3a-11d9-9669-0800200c9a66",
    "/größe",
  ])("take the source %s", (source) => expect(decode({ source }).source).toBe(source));

  it.each(["a b", "<script>", "a\\b", "{id}", "a\tb", "a\u0085b"])("refuse the source %j", (source) => {
    expect(faultOf(() => decode({ source })).attribute).toBe("source");
    expect(faultOf(() => decode({ dataschema: source })).attribute).toBe("dataschema");
  });

  it.each(["xyz", "a/", "/b", "a/b c", "text/plain; charset=é", "a/b\n"])(
    "refuse the media type %j",
    (datacontenttype) => {
      expect(faultOf(() => decode({ datacontenttype })).attribute).toBe("datacontenttype");
    },
  );

  it("take extensions of every JSON type an attribute can have", () => {
    const extensions = { flag: false, count: -2147483648, text: "", constructor: "c", set: "s", data1: "d" };
    expect({ ...decode(extensions).extensions }).toEqual(extensions);
  });

  it.each([1.5, 2147483648, [1], { a: 1 }])("refuse the extension value %j without showing it", (value) => {
    const fault = faultOf(() => decode({ token: value }));
    expect(fault.attribute).toBe("token");
    expect(fault.message).not.toContain(JSON.stringify(value));
  });

  it("never show the text of an extension, which may be a secret", () => {
    expect(faultOf(() => decode({ token: "s3cret\u0000" })).message).not.toContain("s3cret");
  });

  it.each(["MyExtension", "my.extension", "my_extension", "my-extension", "", "é", "__proto__"])(
    "refuse the name %j",
    (name) => {
      const body = `${JSON.stringify(valid).slice(0, -1)},${JSON.stringify(name)}:"bad"}`;
      expect(faultOf(() => decodeStructured(body)).message).toContain("lower-case letters and digits");
    },
  );

  it.each(["\uD800", "\uFDD0", "\uFFFF", "\u{1FFFE}", "\u009F"])(
    "refuse %j, which is no character",
    (letter) => {
      expect(faultOf(() => decode({ subject: `a${letter}` })).attribute).toBe("subject");
    },
  );

  it("are checked on the way out as well", () => {
    const event: CloudEvent = { ...decode({}) };
    const { id: _, ...withoutId } = event;
    expect(faultOf(() => encodeStructured(withoutId as CloudEvent)).attribute).toBe("id");
    expect(faultOf(() => encodeStructured({ ...event, time: "soon" })).attribute).toBe("time");
    expect(faultOf(() => encodeStructured({ ...event, extensions: { id: "2" } })).attribute).toBe("id");
    expect(faultOf(() => encodeStructured({ ...event, extensions: { subject: "x" } })).attribute).toBe(
      "subject",
    );
    expect(faultOf(() => encodeStructured({ ...event, extensions: { data: "2" } })).attribute).toBe("data");
    expect(faultOf(() => encodeStructured({ ...event, extensions: { Big: "2" } })).message).toContain(
      "lower-case",
    );
  });
});
