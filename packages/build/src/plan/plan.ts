// What is to be built: which functions, in which packaging, with which drivers; or why not.

import { platforms } from "@faasade/platforms";
import type { DeployedResource, Packaging, Platform, Unit } from "@faasade/platforms/shared/platform";
import { Refusal } from "@faasade/platforms/shared/refusal";
import { type DescribedFunction, describeApp } from "../describe/describe.ts";
import type { BuildOptions } from "../result.ts";
import { assignDrivers } from "./drivers.ts";
import { allGrantedOn } from "./granted.ts";
import { refusals } from "./refusals.ts";

export interface Plan {
  readonly root: string;
  readonly app: string;
  readonly stage: string;
  readonly platform: Platform;
  readonly packagingName: string;
  readonly packaging: Packaging;
  readonly unit: Unit;
  readonly functions: readonly DescribedFunction[];
  readonly leftOut: readonly string[];
  /** Every http function of the app, also where it is not built: the others make URLs of them. */
  readonly routed: readonly DescribedFunction[];
  readonly resources: readonly DeployedResource[];
}

/** @throws {Refusal} naming everything that cannot be built, before any work. */
export async function planBuild(options: BuildOptions): Promise<Plan> {
  const { root, app, stage } = options;
  for (const [what, value] of Object.entries({ app, stage }))
    if (!/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(value))
      throw new Refusal(
        `Cannot build ${app}: ${what} "${value}" becomes a label. Use at most 63 of a-z, 0-9 and "-", no "-" at an end.`,
      );
  const platform = await findPlatform(app, options.platform);
  const [packagingName, offered] = choosePackaging(options, platform);
  const system = { ...offered.system, cpu: options.cpu ?? offered.system.cpu };
  const packaging = { ...(options.recording ? recording(offered) : offered), system };
  const unit = chooseUnit(options, packaging);
  if (options.base !== undefined && packaging.form !== "image")
    throw new Refusal(
      `Cannot build ${app} on ${options.base}: the packaging ${packagingName} of ${platform.title} makes no image.`,
    );

  const { only } = options;
  const described = allGrantedOn(platform, await describeApp(root, app));
  const all = described.filter(({ description: { name } }) => only === undefined || only.includes(name));
  const isServed = ({ outline }: DescribedFunction): boolean => packaging.triggers.includes(outline.kind);
  const functions = all.filter(isServed);
  const assignment = await assignDrivers(app, platform, functions, all, options.drivers ?? {});
  const problems = [...assignment.problems, ...refusals(app, platform, all, assignment.driverOf)];
  if (functions.length === 0)
    problems.push(
      `Cannot build ${app} for ${platform.title}: the packaging ${packagingName} serves ${packaging.triggers.join(", ")}, ` +
        "and no function is started so. Choose another packaging.",
    );
  if (problems.length > 0) throw new Refusal(problems.join("\n"));
  const leftOut = all.filter((one) => !isServed(one)).map(({ description }) => description.name);
  const { resources } = assignment;
  const routed = described.filter(({ outline }) => outline.kind === "http");
  return {
    root,
    app,
    stage,
    platform,
    packagingName,
    packaging,
    unit,
    functions,
    leftOut,
    routed,
    resources,
  };
}

/** Another entry, for every function of it. */
function recording({ httpEntry: _, ...packaging }: Packaging): Packaging {
  const requests = 'import "@faasade/platforms/shared/probe-recording-requests";\n';
  return { ...packaging, entry: packaging.recordingEntry ?? `${requests}${packaging.entry}` };
}

async function findPlatform(app: string, asked: string | Platform): Promise<Platform> {
  if (typeof asked !== "string") return asked;
  const load = Object.hasOwn(platforms, asked) ? platforms[asked] : undefined;
  if (load !== undefined) return load();
  const names = Object.keys(platforms).join(", ");
  throw new Refusal(`Cannot build ${app} for ${asked}: there is no such platform. There are: ${names}.`);
}

function choosePackaging(options: BuildOptions, { title, packagings }: Platform): [string, Packaging] {
  const name = options.packaging ?? Object.keys(packagings)[0] ?? "";
  const packaging = Object.hasOwn(packagings, name) ? packagings[name] : undefined;
  if (packaging !== undefined) return [name, packaging];
  const names = Object.keys(packagings).join(", ");
  throw new Refusal(
    `Cannot build ${options.app} as ${name}: ${title} has no such packaging. There are: ${names}.`,
  );
}

function chooseUnit({ app, unit }: BuildOptions, { title, units }: Packaging): Unit {
  const chosen = unit ?? units[0] ?? "function";
  if (units.includes(chosen)) return chosen;
  throw new Refusal(`Cannot build ${app} per ${chosen}: ${title} are packed per ${units.join(" or ")}.`);
}
