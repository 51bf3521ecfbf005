// Takes an SVG only as a plain drawing: nothing from outside, nothing that runs, nothing that grows when it is drawn.
import { FunctionError } from "@faasade/core";
import { numbersIn } from "./path-length.ts";
import { refused } from "./sharp.ts";

/** A level of nesting may need a surface of its own, of 4 bytes for each pixel. */
const maxDepth = 16;

const maxBytes = 200_000;
/** Each takes some 4 KiB of memory, with attributes up to 7. */
const maxElements = 5_000;
/** Of all texts, blanks included: the time to lay one out grows with the square of its length. */
const maxLetters = 2_000;
/** Of all style sheets: each of their rules is tried on each element. */
const maxStyle = 20_000;

/** What is drawn once and where it stands. Elements of other vocabularies, which have a prefix, are not drawn. */
const plain = new Set(
  "svg g a switch defs title desc metadata style path rect circle ellipse line polyline polygon text tspan linearGradient radialGradient stop".split(
    " ",
  ),
);

/** What would have a part of the picture drawn apart, or one line as millions of dashes; unless it says that it does not. */
const properties =
  /(?<![\w-])(?:filter|backdrop-filter|mask|mask-image|clip-path|mix-blend-mode|isolation|enable-background|stroke-dasharray)(?![\w-])(?!\s*:\s*(?:none|normal|auto|accumulate|inherit)\b)/i;
const functions =
  /(?<![\w-])(?!(?:rgba?|hsla?|matrix|(?:translate|scale|skew)[XY]?|rotate)\(|url\(\s*["']?#)[\w-]+\(/i;

const declaration =
  /^\uFEFF?<\?xml\s+version\s*=\s*["']1\.\d["'](?:\s+encoding\s*=\s*["'](?:utf-8|us-ascii|iso-8859-1)["'])?(?:\s+standalone\s*=\s*["']\w+["'])?\s*\?>/i;
/** What follows a `<`. XML has no other `<` in it, once comments are gone and CDATA sections are refused. */
const tag = /^(\/?)([\w:.-]+)((?:\s+[\w:.-]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(\/?)>(.*)$/s;
const attribute = /([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;

const outside = "it refers to something outside itself, or calls more than colours and transforms";

/** Of the drawing's markup. */
export interface Tag {
  readonly name: string;
  /** As the parser reads them, without those that have a prefix. */
  readonly attributes: readonly (readonly [name: string, value: string])[];
  readonly opens: boolean;
  readonly closes: boolean;
  /** What follows, up to the next tag. */
  readonly text: string;
}

/**
 * Looks at the text alone, before a parser does that follows references. What is no well-formed markup may pass as far
 * as its fault, where the parser stops.
 * @returns what it read, for `checkOutlines` once the drawing's size is known.
 * @throws {FunctionError} `too_large` or `unprocessable`, with the reason.
 */
export function checkSvg(bytes: Uint8Array): readonly Tag[] {
  if (bytes.length > maxBytes) throw tooLarge(`${maxBytes} bytes`);
  const tags = Buffer.from(bytes)
    .toString("utf8")
    .replace(declaration, "")
    .replace(/<!--.*?(?:-->|$)/gs, "")
    .split("<")
    .slice(1)
    .map(readTag);
  if (tags.filter(({ closes }) => !closes).length > maxElements) throw tooLarge(`${maxElements} elements`);
  const [root] = tags;
  if (root?.name !== "svg") throw refused("it is none of JPEG, PNG, WebP, AVIF, GIF and SVG");
  checkSize(root);
  let depth = 0;
  let textLevel = 0;
  let letters = 0;
  let style = 0;
  for (const [index, { name, attributes, opens, closes, text }] of tags.entries()) {
    for (const [key, value] of attributes) checkAttribute(key, value, index === 0);
    if (name === "svg" && index > 0 && !closes) throw unprocessable("it holds a drawing within the drawing");
    if (closes) depth -= 1;
    if (opens) {
      depth += 1;
      if (name === "text" && textLevel === 0) textLevel = depth;
      if (name === "style") {
        if (tags[index + 1]?.name !== "style") throw unprocessable("its style sheet holds elements or CDATA");
        style += text.length;
        checkStyle(text);
        checkSizes(text);
      }
    }
    if (depth < textLevel) textLevel = 0;
    if (textLevel > 0) letters += text.length;
    if (depth > maxDepth) throw unprocessable(`it is nested deeper than ${maxDepth} levels`);
    if (letters > maxLetters) throw tooLarge(`${maxLetters} letters`);
    if (style > maxStyle) throw tooLarge(`${maxStyle} characters of style sheet`);
  }
  return tags;
}

function readTag(markup: string): Tag {
  const [, closing, name = "", attributes = "", empty, text = ""] = tag.exec(markup) ?? [];
  checkName(name, markup);
  const all = [...attributes.matchAll(attribute)].map(
    ([, key = "", double, single = ""]) => [key, resolve(double ?? single)] as const,
  );
  for (const [key, value] of all) checkPrefix(key, value);
  return {
    name,
    attributes: all.filter(([key]) => !key.includes(":")),
    opens: closing !== "/" && empty !== "/",
    closes: closing === "/",
    text: resolve(text),
  };
}

/** Without a size, the library would draw to find one. */
function checkSize({ attributes }: Tag): void {
  const given = (wanted: string) => attributes.find(([key]) => key === wanted)?.[1] ?? "";
  const isSize = (value: string) => /^\s*\+?[\d.]+[^%]*$/.test(value);
  const viewBox = numbersIn(given("viewBox"));
  if (
    viewBox.length === 4
      ? viewBox[2]! > 0 && viewBox[3]! > 0
      : isSize(given("width")) && isSize(given("height"))
  )
    return;
  throw unprocessable("it says neither a viewBox nor a width and a height");
}

function checkName(name: string, start: string): void {
  if (/^[!?]/.test(start))
    throw unprocessable("it holds a document type, an instruction, another encoding or CDATA");
  if (name === "") throw unprocessable("it is not well-formed");
  if (name.includes(":") ? !name.startsWith("svg:") : plain.has(name)) return;
  const remedy = "store it flattened to shapes, texts and gradients, or as PNG or WebP";
  throw unprocessable(`it holds <${name.slice(0, 40)}>; ${remedy}`);
}

function checkPrefix(name: string, value: string): void {
  if (/^on/i.test(name)) throw unprocessable("it holds scripts in event attributes");
  if (/(?:^|:)href$/i.test(name) && !value.startsWith("#")) throw unprocessable(outside);
  if (name.startsWith("xmlns:") && /XInclude/i.test(value)) throw unprocessable("it embeds foreign content");
  // Any other prefix would hide what is drawn from the names above.
  if (name.startsWith("xmlns:") && name !== "xmlns:svg" && /2000\/svg/.test(value))
    throw unprocessable("it draws under a prefix");
}

function checkAttribute(name: string, value: string, isRoot: boolean): void {
  checkStyle(name === "style" ? value : properties.test(name) ? `${name}:${value}` : "");
  if (name === "style" && !isRoot) checkSizes(value);
  if (name === "font-size") checkSizes(`${name}:${value}`);
  // Each pixel of one that is repeated looks for its colour among all of them.
  if (name === "spreadMethod" && value.trim() !== "pad") throw unprocessable("it repeats a gradient");
  if (functions.test(value)) throw unprocessable(outside);
}

/** The length of lines is counted by attributes: see `checkOutlines`. */
function checkSizes(style: string): void {
  const [property] = /(?<![\w-])(?:[xy]|[cr][xy]|r|d|width|height|transform)\s*:/i.exec(style) ?? [];
  if (property !== undefined)
    throw unprocessable(`its style holds "${property}", which belongs into an attribute`);
  if (/(?<![\w-])font(?:-size)?\s*:[^;}]*(?:\d\s*(?:r?em|ex|ch|%)|larger)/i.test(style))
    throw unprocessable("its style has font sizes that depend on one another; write them in px");
}

function checkStyle(text: string): void {
  if (text.includes("\\")) throw unprocessable("its style holds escapes");
  if (text.includes("~"))
    throw unprocessable("its style asks for siblings, of which each is compared with each");
  if (/@import/i.test(text) || functions.test(text)) throw unprocessable(outside);
  const [property] = properties.exec(text) ?? [];
  if (property !== undefined) throw unprocessable(`its style holds ${property}; store it as PNG or WebP`);
}

/** References by number are what they stand for, as the parser reads them. */
function resolve(text: string): string {
  return text.replace(/&#(?:x([\da-f]+)|(\d+));/gi, (reference, hex: string | undefined, decimal: string) => {
    const point = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    return point <= 0x10ffff ? String.fromCodePoint(point) : reference;
  });
}

function tooLarge(limit: string): FunctionError {
  return new FunctionError("too_large", `Cannot convert the SVG: it has more than ${limit}.`);
}

function unprocessable(reason: string): FunctionError {
  return new FunctionError("unprocessable", `Cannot convert the SVG: ${reason}.`);
}
