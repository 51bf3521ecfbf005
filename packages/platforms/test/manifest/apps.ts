// The apps of this repository, and one made up to have every trigger, as deployments.
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type AnyFunction, describeFunction, type FunctionDescription } from "@faasade/core/adapter";
import { platform } from "../../src/aws-lambda/platform.ts";
import type { DeployedResource, Deployment, Unit } from "../../src/shared/platform.ts";

const folder = join(import.meta.dirname, "../../../../apps");

/** Every app that is there: any of them may be deleted. */
export function appNames(): string[] {
  return readdirSync(folder).filter((app) => existsSync(join(folder, app, "src/functions")));
}

export async function functionsOfApp(app: string): Promise<FunctionDescription[]> {
  const functions = join(folder, app, "src/functions");
  const files = readdirSync(functions)
    .filter((file) => file.endsWith(".ts"))
    .sort();
  return Promise.all(
    files.map(async (file) => {
      const module = (await import(pathToFileURL(join(functions, file)).href)) as { default: AnyFunction };
      return describeFunction(module.default);
    }),
  );
}

export interface Choices {
  readonly unit?: Unit;
  readonly stage?: string;
  readonly packaging?: string;
  /** Drivers by the name of their resource; the platform's own where nothing is said. */
  readonly drivers?: Readonly<Record<string, string>>;
}

/** Devices speak MQTT, wherever the app runs. */
const deviceTopics: Readonly<Record<string, string>> = { temperatures: "mqtt" };

/** The deployment that a build would hand over: of the functions that the packaging serves. */
export function deploymentOf(
  app: string,
  functions: readonly FunctionDescription[],
  { unit = "function", stage = "test", packaging = "zip", drivers = {} }: Choices = {},
): Deployment {
  const served = platform.packagings[packaging]?.triggers ?? [];
  const own = functions.filter(({ trigger }) => served.includes(trigger.kind));
  const names = own.map(({ name }) => name);
  const artefacts =
    unit === "app"
      ? [{ name: app, functions: names, path: `${app}.zip` }]
      : names.map((name) => ({ name, functions: [name], path: `${name}.zip` }));
  const resources = new Map<string, DeployedResource>();
  for (const { kind, name } of own.flatMap(({ grants }) => grants))
    resources.set(`${kind} ${name}`, {
      kind,
      name,
      driver: drivers[name] ?? deviceTopics[name] ?? platform.drivers[kind] ?? "none",
    });
  const system = { os: "linux", cpu: "arm64", libc: "glibc" } as const;
  return {
    app,
    stage,
    packaging,
    unit,
    system,
    functions: own,
    artefacts,
    resources: [...resources.values()],
  };
}
