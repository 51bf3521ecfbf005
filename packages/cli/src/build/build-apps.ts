// Builds the apps that were asked for, one after the other, and tells what came out.
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { type BuildResult, buildApp } from "@faasade/build";
import { Refusal } from "@faasade/platforms/shared/refusal";
import type { BuildCommandOptions } from "../commands/build.ts";
import { CommandFailure, exitCodes } from "../exit-code.ts";
import { resolveFile } from "../here.ts";
import { printJson, remark } from "../output.ts";
import { showBuild } from "./show.ts";

/** @throws {CommandFailure} after every app was tried, when one could not be built. */
export async function buildApps(
  root: string,
  asked: readonly string[],
  options: BuildCommandOptions,
): Promise<void> {
  const platform = await targetOf(options);
  const apps = await chooseApps(root, asked, options.all === true);
  const built: BuildResult[] = [];
  const failures: unknown[] = [];
  for (const app of apps) {
    try {
      const result = await buildOne(root, app, platform, options);
      built.push(result);
      if (options.json !== true) showBuild(root, result);
    } catch (error) {
      failures.push(error);
    }
  }
  if (options.json === true) printJson(built);
  if (failures.length === 0) return;
  const isRefused = failures.every((error) => error instanceof Refusal);
  throw new CommandFailure(
    isRefused ? exitCodes.refused : exitCodes.failed,
    failures.map((error) => (error as Error).message).join("\n"),
  );
}

async function targetOf({ target }: BuildCommandOptions): Promise<string> {
  if (target !== undefined) return target;
  const { platforms } = await import("@faasade/platforms");
  const names = Object.keys(platforms).join(", ");
  throw new CommandFailure(exitCodes.usage, `Cannot build: say --target. There are: ${names}.`);
}

function buildOne(
  root: string,
  app: string,
  platform: string,
  options: BuildCommandOptions,
): Promise<BuildResult> {
  const { packaging, stage, unit, cpu, driver: drivers, base, out } = options;
  return buildApp({
    root,
    app,
    platform,
    stage,
    report: (line) => remark(`… ${line}`),
    ...(packaging === undefined ? {} : { packaging }),
    ...(unit === undefined ? {} : { unit }),
    ...(cpu === undefined ? {} : { cpu }),
    ...(drivers === undefined ? {} : { drivers }),
    ...(base === undefined ? {} : { base }),
    ...(out === undefined ? {} : { outFolder: join(resolveFile(out), app) }),
  });
}

async function chooseApps(root: string, asked: readonly string[], all: boolean): Promise<readonly string[]> {
  if (all === asked.length > 0)
    throw new CommandFailure(exitCodes.usage, "Cannot build: name apps, or say --all.");
  const folders = await readdir(join(root, "apps"), { withFileTypes: true });
  const known = folders.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const unknown = asked.filter((app) => !known.includes(app));
  if (unknown.length === 0) return all ? known.sort() : asked;
  throw new CommandFailure(
    exitCodes.refused,
    `Cannot build ${unknown.join(", ")}: there is no such app. There are: ${known.sort().join(", ")}.`,
  );
}
