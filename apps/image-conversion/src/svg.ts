// Takes an SVG only as a plain drawing: nothing from outside, nothing that runs, nothing that grows when it is drawn.
import { FunctionError } from "@faasade/core";
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

/** Strokes and curves far outside the picture cost as much as if they were seen. */
const sizes = new Set(["width", "height", "viewBox", "id", "class"]);
const farAway = /(?<![\w#.])[-+]?(?:\d{6,}|\d+(?:\.\d*)?e\+?(?:[5-9]|\d\d))/i;

const outside = "it refers to something outside itself, or calls more than colours and transforms";

/**
 * Looks at the text alone, before a parser does that follows references. What is no well-formed markup may pass as far
 * as its fault, where the parser stops.
 * @throws {FunctionError} `too_large` or `unprocessable`, with the reason.
 */
export function checkSvg(bytes: Uint8Array): void {
  if (bytes.length > maxBytes) throw tooLarge(`${maxBytes} bytes`);
  const tags = Buffer.from(bytes)
    .toString("utf8")
    .replace(declaration, "")
    .replace(/<!--.*?(?:-->|$)/gs, "")
    .split("<")
    .slice(1);
  if (tags.filter((one) => !one.startsWith("/")).length > maxElements)
    throw tooLarge(`${maxElements} elements`);
  let depth = 0;
  let textLevel = 0;
  let letters = 0;
  let style = 0;
  for (const [index, one] of tags.entries()) {
    const [, closing, name = "", attributes = "", empty, text = ""] = tag.exec(one) ?? [];
    checkName(name, one);
    if (index === 0 && name !== "svg") throw refused("it is none of JPEG, PNG, WebP, AVIF, GIF and SVG");
    for (const [, key = "", double, single = ""] of attributes.matchAll(attribute))
      checkAttribute(key, resolve(double ?? single));
    if (closing === "/") depth -= 1;
    else if (empty !== "/") {
      depth += 1;
      if (name === "text" && textLevel === 0) textLevel = depth;
      if (name === "style") {
        if (tags[index + 1]?.startsWith("/style") === false)
          throw unprocessable("its style sheet holds elements or CDATA");
        style += text.length;
        checkStyle(resolve(text));
      }
    }
    if (depth < textLevel) textLevel = 0;
    if (textLevel > 0) letters += text.length;
    if (depth > maxDepth) throw unprocessable(`it is nested deeper than ${maxDepth} levels`);
    if (letters > maxLetters) throw tooLarge(`${maxLetters} letters`);
    if (style > maxStyle) throw tooLarge(`${maxStyle} characters of style sheet`);
  }
}

function checkName(name: string, start: string): void {
  if (/^[!?]/.test(start))
    throw unprocessable("it holds a document type, an instruction, another encoding or CDATA");
  if (name === "") throw unprocessable("it is not well-formed");
  if (name.includes(":") ? !name.startsWith("svg:") : plain.has(name)) return;
  const remedy = "store it flattened to shapes, texts and gradients, or as PNG or WebP";
  throw unprocessable(`it holds <${name.slice(0, 40)}>; ${remedy}`);
}

function checkAttribute(name: string, value: string): void {
  if (/^on/i.test(name)) throw unprocessable("it holds scripts in event attributes");
  if (/(?:^|:)href$/i.test(name) && !value.startsWith("#")) throw unprocessable(outside);
  if (name.startsWith("xmlns:") && /XInclude/i.test(value)) throw unprocessable("it embeds foreign content");
  // Any other prefix would hide what is drawn from the names above.
  if (name.startsWith("xmlns:") && name !== "xmlns:svg" && /2000\/svg/.test(value))
    throw unprocessable("it draws under a prefix");
  if (name.includes(":")) return;
  if (farAway.test(value) && !sizes.has(name))
    throw unprocessable("it draws far outside itself, by numbers of 100,000 and more");
  checkStyle(name === "style" ? value : properties.test(name) ? `${name}:${value}` : "");
  if (functions.test(value)) throw unprocessable(outside);
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
