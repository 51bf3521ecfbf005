// Deployments to Google Cloud, as a build would hand them over.
import type { FunctionDescription } from "@faasade/core/adapter";
import { platform } from "../../src/google-cloud/platform.ts";
import type { DeployedResource, Deployment, ManifestFile, Unit } from "../../src/shared/platform.ts";
import { describe, grant, route } from "../manifest/every-trigger.ts";

export interface Choices {
  readonly unit?: Unit;
  readonly stage?: string;
  readonly packaging?: string;
  /** Drivers by the name of their resource; the platform's own where nothing is said. */
  readonly drivers?: Readonly<Record<string, string>>;
}

export function deploymentOf(
  app: string,
  functions: readonly FunctionDescription[],
  { unit = "app", stage = "test", packaging = "cloud-run", drivers = {} }: Choices = {},
): Deployment {
  const names = functions.map(({ name }) => name);
  const artefacts =
    unit === "app"
      ? [{ name: app, functions: names, path: app }]
      : names.map((name) => ({ name, functions: [name], path: name }));
  const resources = new Map<string, DeployedResource>();
  for (const { kind, name } of functions.flatMap(({ grants }) => grants)) {
    const driver = drivers[name] ?? platform.drivers[kind] ?? "none";
    resources.set(`${kind} ${name}`, { kind, name, driver });
  }
  const system = { os: "linux", cpu: "x64", libc: "glibc" } as const;
  return { app, stage, packaging, unit, system, functions, artefacts, resources: [...resources.values()] };
}

/** Whom IAM lets in, and nobody else. */
export const guarded = describe({
  name: "admin",
  trigger: { kind: "http", routes: [route("GET", "/admin", { auth: "platform" })] },
  grants: [grant("object-store", "exports", "write")],
});

export function filesOf(deployment: Deployment): ReadonlyMap<string, ManifestFile["content"]> {
  return new Map(platform.manifest(deployment).map(({ path, content }) => [path, content]));
}

export function scriptOf(deployment: Deployment): string {
  return String(filesOf(deployment).get("deploy.sh"));
}
