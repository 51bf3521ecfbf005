// The composition root of the local world: an app's functions with the drivers a laptop has.
import { basename } from "node:path";
import { pathToFileURL } from "node:url";
import type { Resource } from "@faasade/core";
import type { AnyFunction, Composition, DriverEntry, FunctionEntry } from "@faasade/core/adapter";
import type { StartMessage } from "./protocol.ts";

export interface LoadedApp {
  readonly composition: Composition;
  readonly definitions: readonly AnyFunction[];
  readonly resources: readonly Resource[];
}

/** @throws {TypeError} when a file defines no function, or one whose name is not the file's. */
export async function loadApp(start: StartMessage): Promise<LoadedApp> {
  const definitions = await Promise.all(start.functionFiles.map(loadFunction));
  const resources = new Map(definitions.flatMap(resourcesOf).map((resource) => [resource.name, resource]));
  const functions = definitions.map(
    (definition): FunctionEntry => ({
      name: definition.name,
      trigger: definition.trigger,
      load: async () => ({ default: definition }),
    }),
  );
  const drivers: Record<string, DriverEntry> = {};
  for (const resource of resources.values()) drivers[resource.name] = driverFor(resource, start);
  return {
    composition: { app: start.app, functions, drivers },
    definitions,
    resources: [...resources.values()],
  };
}

async function loadFunction(file: string): Promise<AnyFunction> {
  const module = (await import(pathToFileURL(file).href)) as { default?: AnyFunction };
  const name = basename(file, ".ts");
  if (module.default?.name === name) return module.default;
  const found = module.default === undefined ? "has no default export" : `defines "${module.default.name}"`;
  throw new TypeError(
    `Cannot load ${file}: it ${found}. Write: export default defineFunction({ name: "${name}", … }).`,
  );
}

function resourcesOf({ trigger, uses }: AnyFunction): Resource[] {
  const used = Object.values(uses ?? {}).flatMap((use) => ("resource" in use ? [use.resource] : []));
  if (trigger.kind === "object") return [trigger.store, ...used];
  return trigger.kind === "message" ? [trigger.source, ...used] : used;
}

/** Local drivers by kind; an operator's URL of another scheme chooses that scheme's driver. */
function driverFor(resource: Resource, start: StartMessage): DriverEntry {
  const { kind, name } = resource;
  const [owner = start.app, local = name] = name.includes("/") ? name.split("/") : [start.app, name];
  const qualified = `${owner}/${local}`;
  switch (kind) {
    case "object-store":
      return {
        url: pathToFileURL(`${start.storesFolder}/${owner}/${local}`).href,
        load: async () => ({
          open: async (url, options) => {
            const module = url.startsWith("s3:")
              ? await import("@faasade/connectors/object-store/s3")
              : await import("@faasade/connectors/object-store/file");
            return module.open(url, options);
          },
        }),
      };
    case "sql":
      return {
        url: `pipe:${start.pipe}?database=${encodeURIComponent(qualified)}`,
        load: async () => ({
          open: async (url) => {
            const module = url.startsWith("postgres")
              ? await import("@faasade/connectors/sql/pg")
              : await import("../sql/pipe.ts");
            return module.open(url);
          },
        }),
      };
    case "queue":
      return {
        url: `pipe:${start.pipe}?database=world`,
        load: async () => ({
          open: async (url, options) => {
            const [{ sqlQueueModule }, pipe] = await Promise.all([
              import("@faasade/connectors/queue/sql"),
              import("../sql/pipe.ts"),
            ]);
            return sqlQueueModule(pipe).open(url, { ...options, name: qualified });
          },
        }),
      };
    case "function":
      return {
        url: start.callSocket,
        load: async () => ({
          open: async (socket) => (await import("./call-driver.ts")).openCalls(socket, start.app),
        }),
      };
    default:
      return {
        load: async () => Promise.reject(new Error(`The local world has no driver for ${kind} yet.`)),
      };
  }
}
