// What a host reads of the folder that is published: how the app is started, its routes, settings and functions.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Binding } from "../bindings.ts";
import type { HostFunction } from "./host.ts";

export interface AppFiles {
  readonly folder: string;
  /** Without a slash; every route begins with it. */
  readonly routePrefix: string;
  /** Of local.settings.json: what the template sets and is known without it. */
  readonly settings: Readonly<Record<string, string>>;
  /** What the Node worker loads, relative to the folder. */
  readonly main?: string;
  /** Of a custom handler: what is started, and its functions. */
  readonly handler?: { readonly command: readonly string[]; readonly functions: readonly HostFunction[] };
}

interface HostJson {
  readonly extensions?: { readonly http?: { readonly routePrefix?: string } };
  readonly customHandler?: {
    readonly description: { readonly defaultExecutablePath: string; readonly arguments?: readonly string[] };
  };
}

/** @throws {Error} when the folder is not that of a function app. */
export async function readAppFiles(folder: string): Promise<AppFiles> {
  const { extensions, customHandler } = await readJson<HostJson>(join(folder, "host.json"));
  const { Values } = await readJson<{ Values: Record<string, string> }>(join(folder, "local.settings.json"));
  const app = { folder, routePrefix: extensions?.http?.routePrefix ?? "api", settings: Values };
  if (customHandler === undefined)
    return { ...app, ...(await readJson<{ main: string }>(join(folder, "package.json"))) };
  const { defaultExecutablePath, arguments: words = [] } = customHandler.description;
  return {
    ...app,
    handler: { command: [defaultExecutablePath, ...words], functions: await readFunctions(folder) },
  };
}

async function readFunctions(folder: string): Promise<HostFunction[]> {
  const paths = (await readdir(folder, { recursive: true })).filter((path) =>
    /^[^/\\]+[/\\]function\.json$/.test(path),
  );
  return Promise.all(
    paths.map(async (path) => {
      const { bindings } = await readJson<{ bindings: (Binding & { direction: string })[] }>(
        join(folder, path),
      );
      const trigger = bindings.find(({ direction }) => direction === "in");
      if (trigger === undefined) throw new Error(`Cannot read ${path}: it has no trigger.`);
      return { name: path.split(/[/\\]/, 1)[0] as string, trigger };
    }),
  );
}

async function readJson<T>(path: string): Promise<T> {
  return JSON.parse(await readFile(path, "utf8")) as T;
}
