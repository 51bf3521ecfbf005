// Deployments to Azure, as a build would hand them over.
import type { FunctionDescription } from "@faasade/core/adapter";
import { platform } from "../../src/azure-functions/platform.ts";
import type { DeployedResource, Deployment, ManifestFile } from "../../src/shared/platform.ts";
import { everyTrigger } from "../manifest/every-trigger.ts";

export interface Choices {
  readonly stage?: string;
  readonly packaging?: string;
  /** Drivers by the name of their resource; the platform's own where nothing is said. */
  readonly drivers?: Readonly<Record<string, string>>;
}

export function deploymentOf(
  app: string,
  functions: readonly FunctionDescription[],
  { stage = "test", packaging = "v4", drivers = {} }: Choices = {},
): Deployment {
  const resources = new Map<string, DeployedResource>();
  for (const { kind, name } of functions.flatMap(({ grants }) => grants)) {
    const driver = drivers[name] ?? platform.drivers[kind] ?? "none";
    resources.set(`${kind} ${name}`, { kind, name, driver });
  }
  const names = functions.map(({ name }) => name);
  return {
    app,
    stage,
    packaging,
    unit: "app",
    system: { os: "linux", cpu: "x64", libc: "glibc" },
    functions,
    artefacts: [{ name: app, functions: names, path: app }],
    resources: [...resources.values()],
  };
}

/** One source of each service. */
export const everyDriver = {
  jobs: "service-bus",
  readings: "storage-queue",
  "other/sales": "event-hubs",
  temperatures: "iot-hub",
};

/** Every trigger, access and kind of resource, as far as one app may have them on Azure: its timers know UTC alone. */
export const everyTriggerHere: readonly FunctionDescription[] = everyTrigger.map(inUtc);

export function inUtc(fn: FunctionDescription): FunctionDescription {
  return fn.trigger.kind === "schedule" ? { ...fn, trigger: { ...fn.trigger, timeZone: "UTC" } } : fn;
}

export function filesOf(deployment: Deployment): ReadonlyMap<string, ManifestFile["content"]> {
  return new Map(platform.manifest(deployment).map(({ path, content }) => [path, content]));
}

export function bicepOf(deployment: Deployment): string {
  return String(filesOf(deployment).get("main.bicep"));
}
