// Takes an SVG only as a plain drawing: nothing from outside, nothing that runs, nothing that grows when it is drawn.
import { FunctionError } from "@faasade/core";
import { refused } from "./sharp.ts";

/** A level of nesting may need a surface of its own, so an SVG has this share of the pixels a photo may have. */
export const svgShare = 16;

const maxCharacters = 1_000_000;
/** The time to lay out a text grows with the square of its length. */
const maxLetters = 10_000;

/** What an SVG may not hold, and why; asked of the text after its character references were resolved. */
const dangers: readonly (readonly [RegExp, string])[] = [
  [/<!DOCTYPE|<!ENTITY/i, "its document type may define entities"],
  [
    /^\uFEFF?\s*<\?xml[^>]{0,300}encoding\s*=\s*["'](?!utf-8|us-ascii|iso-8859-1)/i,
    "its encoding is not UTF-8",
  ],
  [/<\?(?!xml\s)/i, "it holds processing instructions"],
  [/<(?:[\w.-]+:)?script[\s/>]/i, "it holds scripts"],
  [/\son[a-z]+\s*=/i, "it holds scripts in event attributes"],
  [/<(?:[\w.-]+:)?(?:foreignObject|include)[\s/>]/i, "it embeds foreign content"],
  [/[\s:"']href\s*=\s*["'](?!\s*#)/i, "it refers to something outside itself"],
  [
    /url\s*\(\s*(?!["']?\s*#)|@import|\b(?:image|image-set|src)\s*\(/i,
    "its style refers to something outside itself",
  ],
  [/\\/, "its style holds escapes"],
  [
    /<(?:[\w.-]+:)?(?:fe)?image[\s/>]/i,
    "it embeds a picture, whose pixels nobody could count; store it by itself",
  ],
  [
    /<(?:[\w.-]+:)?(?:use|pattern|mask|marker|filter)[\s/>]/i,
    "it repeats parts of itself (use, pattern, mask, marker, filter); store it flattened, or as PNG or WebP",
  ],
];

/**
 * Looks at the text alone, before a parser does that follows references.
 * @throws {FunctionError} `too_large` or `unprocessable`, with the reason.
 */
export function checkSvg(text: string): void {
  if (!/<(?:[\w.-]+:)?svg[\s>]/.test(text)) throw refused("it is none of JPEG, PNG, WebP, AVIF, GIF and SVG");
  if (text.length > maxCharacters)
    throw new FunctionError("too_large", "Cannot convert the SVG: it is too long.");
  const resolved = text.replace(/&#(?:x([\da-f]{1,6})|(\d{1,7}));/gi, resolve);
  const danger = dangers.find(([pattern]) => pattern.test(resolved));
  if (danger !== undefined) throw unprocessable(danger[1]);
  const isLong = (piece: string): boolean => piece.length - piece.lastIndexOf(">") > maxLetters;
  if (resolved.split("<").some(isLong))
    throw unprocessable(`it holds a text of more than ${maxLetters} letters`);
  if (depthOf(resolved) > svgShare) throw unprocessable(`it is nested deeper than ${svgShare} levels`);
}

function resolve(reference: string, hex: string | undefined, decimal: string | undefined): string {
  const point = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
  return point <= 0x10ffff ? String.fromCodePoint(point) : reference;
}

/** How deep its elements are nested; what is no well-formed markup is refused by the parser later. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (const [, closing, selfClosing] of text.matchAll(
    /<(\/?)[A-Za-z_](?:[^<>"']|"[^"]*"|'[^']*')*?(\/?)>/g,
  )) {
    if (closing === "/") depth -= 1;
    else if (selfClosing !== "/") depth += 1;
    deepest = Math.max(deepest, depth);
  }
  return deepest;
}

function unprocessable(reason: string): FunctionError {
  return new FunctionError("unprocessable", `Cannot convert the SVG: ${reason}.`);
}
