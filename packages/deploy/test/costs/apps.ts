// The apps of this checkout as the platforms would be asked to deploy them, without building anything.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describeApp } from "@faasade/build/describe";
import type { FunctionDescription } from "@faasade/core/adapter";
import { platforms } from "@faasade/platforms";
import type { DeployedResource, Packaging, Platform } from "@faasade/platforms/shared/platform";
import { type Costs, costsOf, readUsage, total } from "../../src/index.ts";

export const root = fileURLToPath(new URL("../../../../", import.meta.url));

/** Those that say what a use of them comes to; a new app does not yet. */
export const apps = readdirSync(join(root, "apps")).filter((app) => {
  const file = join(root, "apps", app, "package.json");
  return existsSync(file) && "usage" in (JSON.parse(readFileSync(file, "utf8")).faasade ?? {});
});

/** Where the platform's own driver is not written yet, the one that a deployment has to name. */
const named: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "azure-functions": { queue: "storage-queue" },
};
const { exports: connectors } = JSON.parse(
  readFileSync(join(root, "packages/connectors/package.json"), "utf8"),
) as { exports: Readonly<Record<string, string>> };

/** By its default drivers, and those named above. */
export async function costsOfApp(
  app: string,
  platform: keyof typeof platforms,
  region?: string,
): Promise<Costs> {
  const functions = await functionsOf(app);
  const drivers = { ...(await load(platform)).drivers, ...named[platform] };
  const resources = resourcesOf(functions, drivers);
  return costsOf({ platform, region, functions, resources, usage: await readUsage(root, app) });
}

/** Why an app cannot be deployed there as a whole, in its platform's words; undefined where it can. */
export async function refusalOf(app: string, name: string): Promise<string | undefined> {
  const functions = await functionsOf(app);
  const platform = await load(name);
  const [packaging, { units, triggers, system }] = Object.entries(platform.packagings)[0] as [
    string,
    Packaging,
  ];
  const served = functions.filter(({ trigger }) => triggers.includes(trigger.kind));
  const names = served.map((fn) => fn.name);
  const [unit = "app"] = units;
  const artefacts =
    unit === "app"
      ? [{ name: app, functions: names, path: app }]
      : names.map((one) => ({ name: one, functions: [one], path: one }));
  const resources = resourcesOf(served, { ...platform.drivers, ...named[name] });
  const missing = resources.find(
    ({ kind, driver }) => kind !== "secret" && connectors[`./${kind}/${driver}`] === undefined,
  );
  if (missing !== undefined)
    return `There is no driver ${missing.driver} for the ${missing.kind} ${missing.name}.`;
  try {
    platform.manifest({
      app,
      stage: "demo",
      packaging,
      unit,
      system,
      functions: served,
      artefacts,
      resources,
    });
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** The table of an app's README, as it has to stand there. */
export async function footprintTable(app: string): Promise<string> {
  const usage = await readUsage(root, app);
  const rows = [
    `| | idle for a month | for 10,000 × ${usage?.unit} |`,
    "|---|---|---|",
    await row("AWS Lambda, eu-central-1", "aws-lambda", "eu-central-1"),
    await row("Google Cloud, europe-west1", "google-cloud", "europe-west1"),
    await row("Azure Functions, westeurope", "azure-functions", "westeurope"),
  ];
  return rows.join("\n");

  async function row(title: string, platform: string, region: string): Promise<string> {
    if ((await refusalOf(app, platform)) !== undefined)
      return `| ${title} | as it is, it cannot be deployed there | |`;
    const { idle, uses, yours } = await costsOfApp(app, platform, region);
    const kinds = new Set((await functionsOf(app)).flatMap(({ grants }) => grants.map(({ kind }) => kind)));
    const flags = Object.entries(named[platform] ?? {}).filter(([kind]) => kinds.has(kind));
    const by = flags.map(([kind, driver]) => ` with \`--driver ${kind}=${driver}\``).join("");
    const besides = yours.length === 0 ? "" : `, and ${yours.join(" and ")}`;
    return `| ${title}${by} | ${dollars(total(idle))}${besides} | ${dollars(total(uses?.lines ?? []))} |`;
  }
}

const described = new Map<string, Promise<readonly FunctionDescription[]>>();

function functionsOf(app: string): Promise<readonly FunctionDescription[]> {
  const known =
    described.get(app) ??
    describeApp(root, app).then((functions) => functions.map(({ description }) => description));
  described.set(app, known);
  return known;
}

function load(name: string): Promise<Platform> {
  return (platforms[name] as () => Promise<Platform>)();
}

function dollars(amount: number): string {
  if (amount === 0) return "$0";
  return amount < 0.005 ? "< $0.01" : `$${amount.toFixed(2)}`;
}

function resourcesOf(
  functions: readonly FunctionDescription[],
  drivers: Readonly<Record<string, string>>,
): DeployedResource[] {
  const all = functions.flatMap(({ grants }) => grants);
  const byName = new Map(all.map(({ kind, name }) => [`${kind} ${name}`, { kind, name }]));
  return [...byName.values()].map((one) => ({ ...one, driver: drivers[one.kind] ?? "none" }));
}
