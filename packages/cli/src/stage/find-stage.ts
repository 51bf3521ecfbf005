// Which deployed app is meant by a stage's name: the copies of the ledgers in this checkout know.
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { type Ledger, readLedgers } from "@faasade/deploy";
import { CommandFailure, exitCodes, refused } from "../exit-code.ts";
import type { StageOptions } from "./options.ts";

/** Every app of this checkout that was deployed to the stage, once for each platform. */
export async function ledgersOf(root: string, { stage, target }: StageOptions): Promise<readonly Ledger[]> {
  const apps = (await readdir(join(root, "apps")).catch(() => [])).sort();
  const all = (await Promise.all(apps.map((app) => readLedgers(root, app, stage)))).flat();
  return all.filter(({ platform }) => target === undefined || platform === target);
}

/**
 * @param app the app that is meant, where the person said it.
 * @throws {CommandFailure} when nothing was deployed there from here, or more than one thing is meant.
 */
export function chooseLedger(ledgers: readonly Ledger[], options: StageOptions, app?: string): Ledger {
  const { stage = "", target } = options;
  const found = app === undefined ? ledgers : ledgers.filter((ledger) => ledger.app === app);
  const [only] = found;
  const what = `${app === undefined ? "" : `${app} on `}the stage ${stage}`;
  if (only === undefined) {
    const on = target === undefined ? "" : ` of ${target}`;
    const deploy = `npm run faasade -- deploy ${app ?? "<app>"} --target ${target ?? "<platform>"} --stage ${stage}`;
    throw refused(
      `Cannot reach ${what}${on}: nothing was deployed there from this checkout. Deploy it: ${deploy}`,
    );
  }
  if (found.length > 1) {
    const places = found.map((ledger) => `${ledger.app} on ${ledger.platform}`).join(", ");
    const apps = new Set(found.map((ledger) => ledger.app));
    throw refused(
      `Cannot tell what is meant by ${what}: there are ${places}. Say ${apps.size > 1 ? "the app" : "--target"}.`,
    );
  }
  if (only.state === "destroying" || only.state === "kept")
    throw new CommandFailure(
      exitCodes.failed,
      `Cannot reach ${what}: it is taken away, or was being so. Deploy it anew: npm run faasade -- deploy ${only.app} --target ${only.platform} --stage ${stage}`,
    );
  return only;
}
