// Routes: a method, and a path whose segments may be parameters.
import { FunctionError } from "../error.ts";

export interface RoutePattern {
  /** Upper case, or `*` for every method. */
  readonly method: string;
  /** As written, such as `/photos/{key+}`. */
  readonly path: string;
  readonly segments: readonly Segment[];
}

export interface Segment {
  readonly kind: "literal" | "parameter" | "rest";
  readonly text: string;
}

type Names<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? (Name extends `${infer Bare}+` ? Bare : Name) | Names<Rest>
  : never;

/** The parameters a route names, as strings: `"GET /a/{b}"` → `{ b: string }`. */
export type ParamsOf<Route extends string> = string extends Route
  ? Record<string, string>
  : { readonly [Name in Names<Route>]: string };

export function parseRoute(route: string): RoutePattern {
  const match = /^([A-Z]+|\*) (\/\S*)$/.exec(route);
  const [, method, path] = match ?? [];
  if (method === undefined || path === undefined) {
    throw new TypeError(
      `Cannot read the route ${JSON.stringify(route)}: write a method and a path, such as "GET /photos/{key}".`,
    );
  }
  const parts = path.split("/").slice(1);
  return {
    method,
    path,
    segments: parts.map((part, index) => parseSegment(route, part, index === parts.length - 1)),
  };
}

function parseSegment(route: string, part: string, isLast: boolean): Segment {
  const [, name, plus] = /^\{([A-Za-z][A-Za-z0-9]*)(\+?)\}$/.exec(part) ?? [];
  if (name === undefined) {
    if (/[{}]/.test(part))
      throw new TypeError(`Cannot read the route "${route}": "${part}" mixes text and a parameter.`);
    return { kind: "literal", text: part };
  }
  if (plus === "+" && !isLast)
    throw new TypeError(`Cannot read the route "${route}": "${part}" must come last.`);
  return { kind: plus === "+" ? "rest" : "parameter", text: name };
}

/** What two routes have in common when no request can tell them apart: parameters match alike, whatever their names. */
export function routeClaim({ method, path }: RoutePattern): string {
  return `${method} ${path.replace(/\{[^}+]*/g, "{")}`;
}

/**
 * The parameters of a path, decoded, or undefined when it does not match. A rest parameter takes at least one character.
 * @throws {FunctionError} `invalid` when a segment is not valid percent-encoding.
 */
export function matchPath(pattern: RoutePattern, path: string): Record<string, string> | undefined {
  const parts = path.split("/");
  const params: Record<string, string> = {};
  let index = 1;
  for (const segment of pattern.segments) {
    const part = parts[index];
    if (part === undefined) return undefined;
    if (segment.kind === "rest") {
      const rest = parts.slice(index);
      if (rest.length === 1 && part === "") return undefined;
      params[segment.text] = rest.map(decodeSegment).join("/");
      return params;
    }
    if (segment.kind === "literal" ? segment.text !== part : part === "") return undefined;
    if (segment.kind === "parameter") params[segment.text] = decodeSegment(part);
    index += 1;
  }
  return index === parts.length ? params : undefined;
}

/** Orders patterns so that the more particular one is tried first: literal, then parameter, then rest. */
export function compareRoutes(a: RoutePattern, b: RoutePattern): number {
  const rank = { literal: 0, parameter: 1, rest: 2 };
  for (let index = 0; index < Math.max(a.segments.length, b.segments.length); index += 1) {
    const left = a.segments[index];
    const right = b.segments[index];
    if (left === undefined || right === undefined) return left === undefined ? -1 : 1;
    if (left.kind !== right.kind) return rank[left.kind] - rank[right.kind];
  }
  return 0;
}

/** The path of a pattern with its parameters filled in and encoded; `unused` are those it does not name. */
export function fillPath(
  pattern: RoutePattern,
  params: Readonly<Record<string, string>>,
): { path: string; unused: Record<string, string> } {
  const unused = { ...params };
  const parts = pattern.segments.map((segment) => {
    if (segment.kind === "literal") return segment.text;
    const value = params[segment.text];
    if (value === undefined || value === "") {
      throw new FunctionError(
        "internal",
        `Cannot make a URL of ${pattern.path}: parameter ${segment.text} is missing.`,
      );
    }
    delete unused[segment.text];
    return segment.kind === "rest"
      ? value.split("/").map(encodeURIComponent).join("/")
      : encodeURIComponent(value);
  });
  return { path: `/${parts.join("/")}`, unused };
}

function decodeSegment(part: string): string {
  if (!part.includes("%")) return part;
  try {
    return decodeURIComponent(part);
  } catch (cause) {
    throw new FunctionError("invalid", `Cannot read the path: "${part}" is not valid percent-encoding.`, {
      cause,
    });
  }
}
