// The composition root of the local world: an app's functions with the drivers a laptop has.
import { basename } from "node:path";
import { pathToFileURL } from "node:url";
import type { Resource } from "@faasade/core";
import type { AnyFunction, Composition, DriverEntry, FunctionEntry } from "@faasade/core/adapter";
import { driverFor } from "./drivers/index.ts";
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
