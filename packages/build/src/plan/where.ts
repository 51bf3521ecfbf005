// Where an app can be built as it is, and why not elsewhere: planned, not built.
import { realpath } from "node:fs/promises";
import { platforms } from "@faasade/platforms";
import type { Platform } from "@faasade/platforms/shared/platform";
import { Refusal } from "@faasade/platforms/shared/refusal";
import { type DescribedFunction, describeApp } from "../describe/describe.ts";
import { assignDrivers } from "./drivers.ts";
import { allGrantedOn } from "./granted.ts";
import { refusals } from "./refusals.ts";

export interface Place {
  readonly platform: string;
  /** The platform's first. */
  readonly packaging: string;
  /** What hinders it, a sentence per function or resource; empty where it can be built. */
  readonly problems: readonly string[];
}

/** @throws {Refusal} when there is no such app. @throws {Error} when one of its functions does not load. */
export async function placesFor(root: string, app: string): Promise<readonly Place[]> {
  const functions = await describeApp(await realpath(root), app);
  const all = await Promise.all(Object.values(platforms).map((load) => load()));
  return Promise.all(
    all.map(async (platform) => {
      const [packaging = ""] = Object.keys(platform.packagings);
      return { platform: platform.name, packaging, problems: await problemsOn(platform, app, functions) };
    }),
  );
}

async function problemsOn(
  platform: Platform,
  app: string,
  described: readonly DescribedFunction[],
): Promise<string[]> {
  const functions = allGrantedOn(platform, described);
  const { driverOf, problems, resources } = await assignDrivers(app, platform, functions, functions, {});
  const all = [...problems, ...refusals(app, platform, functions, driverOf)];
  const [first] = Object.entries(platform.packagings);
  if (all.length > 0 || first === undefined) return all;
  const [packaging, { system }] = first;
  const descriptions = functions.map(({ description }) => description);
  const artefacts = [{ name: app, functions: descriptions.map(({ name }) => name), path: app }];
  try {
    const where = { app, stage: "dev", packaging, unit: "app", system } as const;
    platform.manifest({ ...where, functions: descriptions, artefacts, resources });
    return [];
  } catch (error) {
    if (error instanceof Refusal) return [error.message];
    throw error;
  }
}
