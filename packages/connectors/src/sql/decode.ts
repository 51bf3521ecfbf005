// Values on their way out of Postgres: one reading of its text form, so that every driver returns the same.
import type { SqlValue } from "./driver.ts";

type Decode = (text: string) => SqlValue;

const asText: Decode = (text) => text;

// Object identifiers of types and of arrays of them: https://www.postgresql.org/docs/current/catalog-pg-type.html
const types: readonly (readonly [oid: number, arrayOid: number, decode: Decode])[] = [
  [16, 1000, (text) => text === "t"],
  [17, 1001, decodeBytea],
  [18, 1002, asText],
  [19, 1003, asText],
  [20, 1016, asText],
  [21, 1005, Number],
  [23, 1007, Number],
  [25, 1009, asText],
  [26, 1028, Number],
  [114, 199, JSON.parse],
  [700, 1021, Number],
  [701, 1022, Number],
  [1042, 1014, asText],
  [1043, 1015, asText],
  [1082, 1182, decodeDate],
  [1114, 1115, decodeDate],
  [1184, 1185, decodeDate],
  [1700, 1231, asText],
  [2950, 2951, asText],
  [3802, 3807, JSON.parse],
];

/** How to read each type by its object identifier; types that are not here stay text. */
export const decoders: Readonly<Record<number, Decode>> = Object.fromEntries(
  types.flatMap(([oid, arrayOid, decode]) => [
    [oid, decode],
    [arrayOid, (text: string) => decodeArray(text, decode)],
  ]),
);

function decodeBytea(text: string): Uint8Array {
  const buffer = Buffer.from(text.slice(2), "hex");
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
}

/** Dates and times without a zone are UTC; what a `Date` cannot hold, such as years BC, stays text. */
function decodeDate(text: string): SqlValue {
  if (text === "infinity") return Number.POSITIVE_INFINITY;
  if (text === "-infinity") return Number.NEGATIVE_INFINITY;
  const iso = text.replace(" ", "T").replace(/([+-]\d\d)$/, "$1:00");
  const date = new Date(text.length === 10 ? text : /(Z|[+-]\d\d:\d\d)$/.test(iso) ? iso : `${iso}Z`);
  return Number.isNaN(date.getTime()) ? text : date;
}

/** Reads `{1,"a b",NULL,{2}}`: https://www.postgresql.org/docs/current/arrays.html#ARRAYS-IO */
function decodeArray(text: string, decode: Decode): SqlValue[] {
  const root: SqlValue[] = [];
  const open: SqlValue[][] = [];
  let at = text.indexOf("{");
  while (at < text.length) {
    const character = text[at];
    if (character === "{") {
      const inner: SqlValue[] = open.length === 0 ? root : [];
      open.at(-1)?.push(inner);
      open.push(inner);
      at += 1;
    } else if (character === "}") {
      open.pop();
      at += 1;
    } else if (character === ",") {
      at += 1;
    } else if (character === '"') {
      const end = endOfQuoted(text, at + 1);
      open.at(-1)?.push(decode(text.slice(at + 1, end).replaceAll(/\\(.)/gs, "$1")));
      at = end + 1;
    } else {
      const end = endOfBare(text, at);
      const bare = text.slice(at, end);
      open.at(-1)?.push(bare === "NULL" ? null : decode(bare));
      at = end;
    }
  }
  return root;
}

function endOfQuoted(text: string, start: number): number {
  let at = start;
  while (text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
  return at;
}

function endOfBare(text: string, start: number): number {
  let at = start;
  while (at < text.length && text[at] !== "," && text[at] !== "}") at += 1;
  return at;
}
