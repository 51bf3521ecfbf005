// Random events that obey the specification, built without the rules they are to test.

import fc from "fast-check";
import type { AttributeValue, CloudEvent } from "../../src/cloudevents/index.ts";

const core = [
  "specversion",
  "id",
  "source",
  "type",
  "subject",
  "time",
  "datacontenttype",
  "dataschema",
  "data",
];

/** Any text the attribute type String allows: all of Unicode but controls, lone surrogates and noncharacters. */
export const attributeText = fc
  .string({
    unit: fc.oneof(
      fc.string({ unit: "binary", minLength: 1, maxLength: 1 }),
      fc.constantFrom(...' %"\\,;é€😀'),
    ),
  })
  .map((text) => [...text].filter((letter) => isAllowed(letter.codePointAt(0) ?? 0)).join(""));

const nonEmptyText = attributeText.map((text) => text || "x");

const uriReference = fc.oneof(
  fc.webUrl({ withFragments: true, withQueryParameters: true }),
  fc.webPath().map((path) => `/apis${path}`),
  fc.uuid().map((uuid) => `urn:uuid:${uuid}`),
  fc.constantFrom("1-555-123-4567", "#", "//storage.example/größe", "mailto:events@example.com"),
);

const timestamp = fc
  .tuple(
    fc.date({
      min: new Date("0001-01-01T00:00:00Z"),
      max: new Date("9999-12-31T23:59:59Z"),
      noInvalidDate: true,
    }),
    fc.constantFrom("Z", "+01:00", "-23:59", "z"),
    fc.constantFrom("", ".5", ".123456789"),
  )
  .map(([date, zone, fraction]) => `${date.toISOString().slice(0, 19)}${fraction}${zone}`);

const extensionName = fc.stringMatching(/^[a-z0-9]{1,20}$/).filter((name) => !core.includes(name));

export const json = fc
  .oneof(
    fc.jsonValue(),
    fc.string({ unit: "binary" }),
    fc.record({ __proto__: fc.nat(), total: fc.double() }),
  )
  .map((value) => JSON.parse(JSON.stringify(value)) as unknown);

const bytes = fc.uint8Array({ maxLength: 64 });
const jsonType = fc.constantFrom(
  "application/json",
  "application/json; charset=utf-8",
  "text/json",
  "Application/Vnd.X+JSON",
);
const textType = fc.constantFrom("text/plain", "text/csv; charset=UTF-8", 'TEXT/html;charset="us-ascii"');
const bytesType = fc.constantFrom(
  "application/octet-stream",
  "image/png",
  "application/xml",
  "text/plain; charset=iso-8859-1",
);
// Text in a body may be any Unicode that UTF-8 can write.
const bodyText = fc.string({ unit: "binary" });

const content: fc.Arbitrary<Pick<CloudEvent, "datacontenttype" | "data">> = fc.oneof(
  fc.constant({ data: undefined }),
  json.map((data) => ({ data })),
  bytes.map((data) => ({ data })),
  fc.record({ datacontenttype: jsonType, data: fc.option(json, { nil: undefined }) }),
  fc.record({ datacontenttype: textType, data: fc.option(bodyText, { nil: undefined }) }),
  fc.record({ datacontenttype: bytesType, data: fc.option(bytes, { nil: undefined }) }),
);

/** @param extensionValue what extensions may hold: text only where the binding knows nothing else. */
export function events(
  extensionValue: fc.Arbitrary<AttributeValue> = attributeText,
): fc.Arbitrary<CloudEvent> {
  const optional = { nil: undefined };
  return fc
    .record({
      id: nonEmptyText,
      source: uriReference,
      type: nonEmptyText,
      subject: fc.option(nonEmptyText, optional),
      time: fc.option(timestamp, optional),
      dataschema: fc.option(uriReference, optional),
      extensions: fc.dictionary(extensionName, extensionValue, { maxKeys: 5 }),
      content,
    })
    .map(({ content, ...attributes }) => ({ specversion: "1.0", ...attributes, ...content }));
}

/** The event as a plain record, its data read. */
export function plain(event: CloudEvent): Record<string, unknown> {
  return { ...event, extensions: { ...event.extensions } };
}

function isAllowed(codePoint: number): boolean {
  const isControl = codePoint <= 0x1f || (codePoint >= 0x7f && codePoint <= 0x9f);
  const isSurrogate = codePoint >= 0xd800 && codePoint <= 0xdfff;
  const isNoncharacter = (codePoint >= 0xfdd0 && codePoint <= 0xfdef) || (codePoint & 0xfffe) === 0xfffe;
  return !isControl && !isSurrogate && !isNoncharacter;
}
