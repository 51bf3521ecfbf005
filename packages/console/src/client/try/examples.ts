// What stands in a form before anybody has written into it: something that works, to be changed.
import type { AppState, FunctionState } from "@faasade/local/control-api";
import { qualified } from "../names.ts";
import { parametersOf } from "./route.ts";

type App = Pick<AppState, "name" | "url" | "try">;
type HttpRoute = Extract<FunctionState["trigger"], { kind: "http" }>["routes"][number];

/** As the app's own line to try has it, where that is about this path; else by the parameter's name. */
export function exampleParameters(path: string, app: App): Record<string, string> {
  const parameters = parametersOf(path);
  const tried = patternOf(path).exec(triedPath(app));
  return Object.fromEntries(
    parameters.map(({ name, rest }, index) => [name, decoded(tried?.[index + 1]) ?? wordFor(name, rest)]),
  );
}

/** The store of which an object's key stands in a path that is read: `photos` for `GET /photos/{key+}`. */
export function storeToRead({ name, grants }: AppFunction, { method, path }: HttpRoute): string | undefined {
  if (method !== "GET" || !parametersOf(path).some(({ rest }) => rest)) return undefined;
  const read = grants.filter(({ kind, access }) => kind === "object-store" && access.startsWith("read"));
  const named = read.find((store) => path.startsWith(`/${store.name}/`)) ?? read[0];
  return named === undefined ? undefined : qualified(name, named.name);
}

interface AppFunction {
  /** Of the app. */
  readonly name: string;
  readonly grants: FunctionState["grants"];
}

/** Laid out to be read and changed; undefined where nothing is known. */
export function exampleText(fn: Pick<FunctionState, "examples">, of: string): string | undefined {
  const example = fn.examples[of];
  return example === undefined ? undefined : JSON.stringify(example, null, 2);
}

function triedPath({ url, try: line = "" }: App): string {
  const at = line.indexOf(url);
  const [path = ""] = at === -1 ? [] : line.slice(at + url.length).split(/[\s?#'"]/);
  return path;
}

function patternOf(path: string): RegExp {
  const parts = path.split(/(\{[^}]+\})/).map((part) => {
    if (part.startsWith("{")) return part.endsWith("+}") ? "(.+)" : "([^/]+)";
    return part.replace(/[.*+?^$()|[\]\\]/g, "\\$&");
  });
  return new RegExp(`^${parts.join("")}$`);
}

function decoded(part: string | undefined): string | undefined {
  try {
    return part === undefined ? undefined : decodeURIComponent(part);
  } catch {
    return undefined;
  }
}

function wordFor(name: string, rest: boolean): string {
  if (/(id|number|count|page|size|width|height)$/i.test(name)) return "1";
  if (/(date|day)$/i.test(name)) return "2026-01-31";
  return rest || /key|file/i.test(name) ? "example.txt" : "example";
}
