// The length of a path of an SVG, at least: curves count as long as the lines through their control points.

export interface Outline {
  /** In units of the drawing. */
  readonly length: number;
  /** Lines and curves: each may have a join or an end when it is stroked. */
  readonly pieces: number;
}

type Point = readonly [x: number, y: number];

const number = String.raw`[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?`;
const numbers = new RegExp(number, "gi");
/** The two flags of an arc need nothing between them and what follows (SVG 1.1, 8.3.9). */
const arcs = new RegExp(
  [number, number, number, "[01]", "[01]", number, number].map((part) => `(${part})`).join("[\\s,]*"),
  "gi",
);
const commands = /([mlhvcsqtaz])([^mlhvcsqtaz]*)/gi;

/** How many numbers each command takes; it is repeated while there are more. */
const takes: Readonly<Record<string, number>> = { m: 2, l: 2, h: 1, v: 1, c: 6, s: 4, q: 4, t: 2, a: 7 };
const straight = new Set(["m", "l", "h", "v"]);

export function numbersIn(text: string): number[] {
  return (text.match(numbers) ?? []).map(Number);
}

/** @param longest what a straight line counts at most: the rest of it is cut off at the picture's edge. */
export function lengthOfPath(path: string, longest: number): Outline {
  let length = 0;
  let pieces = 0;
  let start: Point = [0, 0];
  let here = start;
  let control = start;
  for (const [, command = "", text = ""] of path.matchAll(commands)) {
    const kind = command.toLowerCase();
    const values = kind === "a" ? arcsIn(text) : numbersIn(text);
    const size = takes[kind] ?? values.length + 1;
    if (kind === "z") {
      length += Math.min(distance(here, start), longest);
      pieces += 1;
      here = start;
      control = start;
    }
    for (let at = 0; at + size <= values.length; at += size) {
      const from = here;
      const points = pointsOf(kind, values.slice(at, at + size), from, command === kind);
      here = points.at(-1) ?? from;
      if (kind === "m" && at === 0) {
        start = here;
        control = here;
        continue;
      }
      pieces += kind === "a" ? 4 : 1;
      if (straight.has(kind)) length += Math.min(distance(from, here), longest);
      else if (kind === "a") length += ofArc(values[at], values[at + 1], distance(from, here));
      else {
        if (kind === "s" || kind === "t")
          points.unshift([2 * from[0] - control[0], 2 * from[1] - control[1]]);
        length += along([from, ...points]);
      }
      control = straight.has(kind) || kind === "a" ? here : (points.at(-2) ?? from);
    }
  }
  return { length, pieces };
}

/** Of a polygon, or of a polyline as if it were one. */
export function lengthOfPoints(text: string, longest: number): Outline {
  const values = numbersIn(text);
  return lengthOfPath(`M${values.join(" ")}z`, longest);
}

function arcsIn(text: string): number[] {
  return [...text.matchAll(arcs)].flatMap(([, ...parts]) => parts.map(Number));
}

/** Where a command leads to, last, and what it passes before. */
function pointsOf(kind: string, values: readonly number[], [x, y]: Point, isRelative: boolean): Point[] {
  const [dx, dy] = isRelative ? [x, y] : [0, 0];
  const [first = 0] = values;
  if (kind === "h") return [[first + dx, y]];
  if (kind === "v") return [[x, first + dy]];
  const pairs = kind === "a" ? values.slice(5) : values;
  return Array.from({ length: pairs.length / 2 }, (_, index) => [
    (pairs[2 * index] ?? 0) + dx,
    (pairs[2 * index + 1] ?? 0) + dy,
  ]);
}

/** Radii that are too small to reach the end grow until they do (SVG 1.1, F.6.6). */
function ofArc(rx = 0, ry = 0, chord: number): number {
  const [short, long] = [Math.abs(rx), Math.abs(ry)].sort((a, b) => a - b) as [number, number];
  if (short === 0) return chord;
  return 2 * Math.PI * long * Math.max(1, chord / (2 * short));
}

function along(points: readonly Point[]): number {
  return points.slice(1).reduce((sum, point, index) => sum + distance(points[index] ?? point, point), 0);
}

function distance([x, y]: Point, [otherX, otherY]: Point): number {
  return Math.hypot(otherX - x, otherY - y);
}
