// A value that a schema takes, found by asking the schema itself: it says where a guess is wrong, and another is made.
import type { Schema } from "@faasade/core";
import type { AnyFunction } from "@faasade/core/adapter";

/** By route, `POST /orders`, or by `message` or `call`: data to try the function with. */
export type Examples = Readonly<Record<string, unknown>>;

/** What has no schema, or one that no guess satisfies, has no example. */
export function examplesOf({ trigger }: AnyFunction): Examples {
  const schemas: [string, Schema | undefined][] =
    trigger.kind === "http"
      ? trigger.routes.map(({ pattern, body }) => [`${pattern.method} ${pattern.path}`, body])
      : trigger.kind === "message"
        ? [["message", trigger.source.schema]]
        : trigger.kind === "call"
          ? [["call", trigger.input]]
          : [];
  const found = schemas.map(([name, schema]) => [name, schema && exampleOf(schema)] as const);
  return Object.fromEntries(found.filter(([, example]) => example !== undefined));
}

/** An object may have this many values, nested ones included. */
const mostSteps = 60;

/** Undefined when it cannot be guessed, as where a text must have a form of its own. */
export function exampleOf(schema: Schema): unknown {
  try {
    let example: unknown = {};
    for (let step = 0; step < mostSteps; step += 1) {
      const [issue] = issuesOf(schema, example);
      if (issue === undefined) return example;
      const better = mended(schema, example, issue);
      if (better === undefined) return undefined;
      example = better.value;
    }
  } catch {
    // A schema of the app may do anything; that it does not take a guess is no failure of the app.
  }
  return undefined;
}

interface Issue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/**
 * The example with a guess where the issue is, after which there is none at that place. What the schema says of a wrong
 * guess may name better ones: `Expected ("small" | "large") but received "text"`.
 */
function mended(schema: Schema, example: unknown, { path }: Issue): { value: unknown } | undefined {
  const place = String(path);
  const open = new Set(guesses);
  // A set that grows while it is gone through goes on to what came in.
  for (const guess of open) {
    const value = replaced(example, path, guess);
    const wrong = issuesOf(schema, value).filter((issue) => String(issue.path) === place);
    if (wrong.length === 0) return { value };
    for (const { message } of wrong) for (const text of quoted(message)) open.add(text);
  }
  return undefined;
}

const guesses: readonly unknown[] = [
  "text",
  1,
  true,
  {},
  [],
  [null],
  "ada@example.org",
  "https://example.org/",
  "2026-01-31T06:00:00Z",
  "2026-01-31",
  "06:00",
  "c0ffee00-0000-4000-8000-000000000000",
  "a",
  "a longer text than that",
  100,
  1000,
  0.5,
  -1,
  null,
];

function quoted(message: string): string[] {
  return [...message.matchAll(/["'`]([^"'`]+)["'`]/g)].map(([, text = ""]) => text);
}

/** Issues of a schema that answers later are not waited for: it has no example. */
function issuesOf(schema: Schema, value: unknown): Issue[] {
  const result = schema["~standard"].validate(value);
  if (result instanceof Promise) throw new TypeError("The schema answers later.");
  return (result.issues ?? []).map(({ path = [], message }) => ({
    message,
    path: path.map((step) => (typeof step === "object" ? step.key : step)),
  }));
}

function replaced(value: unknown, [key, ...rest]: readonly PropertyKey[], by: unknown): unknown {
  if (key === undefined) return by;
  const before = Object(value) as Readonly<Record<PropertyKey, unknown>>;
  const after = replaced(before[key], rest, by);
  if (Array.isArray(value)) return value.with(Number(key), after);
  return { ...before, [key]: after };
}
