// How long all lines of an SVG are, in pixels: the memory and the time that drawing it takes grow with that.
import { FunctionError } from "@faasade/core";
import { lengthOfPath, lengthOfPoints, numbersIn, type Outline } from "./path-length.ts";
import type { Tag } from "./svg.ts";

/** As much as 200 pictures of 6 million pixels, one painted over the other, or 800 lines across each of them. */
const maxLength = 2_000_000;
/** Of the outline of a letter, in heights of the letter. */
const letterLength = 10;
const letterPieces = 30;
/** What is composed apart, for being transparent, takes the time of a line of a thousandth of its pixels. */
const pixelsPerLength = 1000;

/** How often each attribute of a basic shape counts, so that the sum is the length of its outline at least. */
const shapes: Readonly<Record<string, number>> = {
  width: 2,
  height: 2,
  x1: 1,
  y1: 1,
  x2: 1,
  y2: 1,
  r: 2 * Math.PI,
  rx: 2 * Math.PI,
  ry: 2 * Math.PI,
};

interface Level {
  /** Pixels for a unit of the drawing, at most. */
  readonly scale: number;
  readonly strokeWidth: number;
  readonly isText: boolean;
}

/**
 * Counts lines, strokes by both their sides with their joins and ends, letters by their size, and what is composed
 * apart by the picture's pixels.
 * @param width in pixels, as is `height`.
 * @throws {FunctionError} `too_large`
 */
export function checkOutlines(tags: readonly Tag[], width: number, height: number): void {
  const sheets = tags.map(({ name, text }) => (name === "style" ? text : "")).join("");
  const all =
    sheets + tags.flatMap(({ attributes }) => attributes.map((pair) => `;${pair.join(":")}`)).join("");
  const viewBox = tags[0]?.attributes.find(([name]) => name === "viewBox")?.[1] ?? "";
  const [, , across = width, down = height] = numbersIn(viewBox);
  const em = Math.max(16, ...lengthsOf(fontSize, all, 0, 0));
  const sheetStroke = Math.max(0, ...lengthsOf(strokeWidth, sheets, across + down, em));
  const hasStrokes = /(?<![\w-])stroke\s*:\s*(?!none\b)/i.test(all);
  const keepsStrokes = all.includes("non-scaling-stroke");
  const hasLayers = (text: string) => /(?<![\w-])opacity\s*:/i.test(text);
  const allLayers = hasLayers(sheets);

  let total = 0;
  const outer = Math.max(width / across, height / down);
  const levels: Level[] = [{ scale: outer, strokeWidth: Math.max(1, sheetStroke), isText: false }];
  for (const { name, attributes, closes, opens, text } of tags) {
    if (closes) levels.pop();
    const above = levels.at(-1) as Level;
    const own = attributes.map((pair) => `;${pair.join(":")}`).join("");
    const strokes = lengthsOf(strokeWidth, own, across + down, em);
    const level: Level = closes
      ? above
      : {
          scale: above.scale * growthOf(attributes),
          strokeWidth: strokes.length === 0 ? above.strokeWidth : Math.max(sheetStroke, ...strokes),
          isText: above.isText || name === "text",
        };
    const longest = (width + height) / level.scale;
    const outline = outlineOf(name, attributes, longest, (value) => lengthIn(value, across + down, em));
    const letters = level.isText ? text.length : 0;
    const length = (outline.length + letters * letterLength * em) * level.scale;
    const pen = Math.PI * level.strokeWidth * (keepsStrokes ? Math.max(1, level.scale) : level.scale);
    const pieces = outline.pieces + letters * letterPieces;
    total += hasStrokes ? 3 * length + pieces * pen : length;
    if (!closes && (allLayers || hasLayers(own))) total += (width * height) / pixelsPerLength;
    if (opens) levels.push(level);
  }
  if (total <= maxLength) return;
  const excess = `its lines have more than ${maxLength} pixels together, with joins, ends and transparent layers`;
  throw new FunctionError(
    "too_large",
    `Cannot convert the SVG: ${excess}. Give it a smaller size, or store it as PNG or WebP.`,
  );
}

type Attributes = Tag["attributes"];

function outlineOf(
  name: string,
  attributes: Attributes,
  longest: number,
  lengthOf: (value: string) => number,
): Outline {
  const given = (wanted: string) => attributes.find(([key]) => key === wanted)?.[1] ?? "";
  if (name === "path") return lengthOfPath(given("d"), longest);
  if (name.startsWith("poly")) return lengthOfPoints(given("points"), longest);
  if (!["rect", "circle", "ellipse", "line"].includes(name)) return { length: 0, pieces: 0 };
  const lengths = attributes.map(([key, value]) => {
    const length = Math.abs(lengthOf(value)) * (shapes[key] ?? 0);
    return key.startsWith("r") ? length : Math.min(length, longest);
  });
  return { length: lengths.reduce((sum, one) => sum + one, 0), pieces: 8 };
}

const fontSize = /(?<![\w-])font(?:-size\s*:|\s*:(?:[^;}]*?[\s,])?(?=[\d.]+[a-z]))([^;}]*)/gi;
const strokeWidth = /(?<![\w-])stroke-width\s*:([^;}]*)/gi;

/** The lengths that a property has in a text of declarations. */
function lengthsOf(property: RegExp, text: string, extent: number, em: number): number[] {
  return [...text.matchAll(property)].map(([, value = ""]) => lengthIn(value, extent, em));
}

/** Units of a drawing that is 96 to the inch, the most there are; a percentage is one of the drawing's size. */
const units: Readonly<Record<string, number>> = { in: 96, cm: 37.8, mm: 3.78, q: 0.945, pt: 1.34, pc: 16 };

function lengthIn(value: string, extent: number, em: number): number {
  const [, digits = "", unit = ""] = /^\s*([-+.\de]*\d\.?)\s*(%|[a-z]*)/i.exec(value) ?? [];
  const name = unit.toLowerCase();
  const factor = name === "%" ? extent / 100 : /^(?:r?em|ex|ch)$/.test(name) ? em : (units[name] ?? 1);
  return Number(digits) * factor;
}

/** How much longer a transformation makes a line, at most: the product of what each of its parts does. */
function growthOf(attributes: Attributes): number {
  const text = attributes.find(([name]) => name === "transform")?.[1] ?? "";
  return [...text.matchAll(/(\w+)\s*\(([^)]*)\)/g)].reduce((product, [, name = "", values = ""]) => {
    const [a = 0, b = 0, c = 0, d = 0] = numbersIn(values);
    if (name === "matrix") return product * Math.hypot(a, b, c, d);
    if (name === "scale") return product * Math.max(Math.abs(a), Math.abs(b));
    return name.startsWith("skew") ? product * (1 + Math.abs(Math.tan((a * Math.PI) / 180))) : product;
  }, 1);
}
