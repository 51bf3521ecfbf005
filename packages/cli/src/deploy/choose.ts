// Which app, target and place are meant: as said, else as the checkout and its stages' ledgers know.
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import {
  choosePlace,
  type Ledger,
  type Place,
  readLedgers,
  type StageId,
  type Target,
  targets,
} from "@faasade/deploy";
import { refused } from "../exit-code.ts";
import type { WhereOptions } from "./options.ts";

export interface Chosen {
  readonly id: StageId;
  readonly target: Target;
  readonly place: Place;
  /** The local copy. */
  readonly ledger: Ledger | undefined;
}

/** @throws {CommandFailure} for what does not exist, or is not said where several are possible. */
export async function choose(
  root: string,
  verb: string,
  named: string | undefined,
  options: WhereOptions,
): Promise<Chosen> {
  const { stage, place: given = {} } = options;
  const app = await chooseApp(root, verb, named);
  const ledgers = await readLedgers(root, app, stage);
  const platform = choosePlatform(verb, app, ledgers, options);
  const target = await loadTarget(verb, app, platform);
  const id: StageId = { app, stage, platform, name: `${app}-${stage}` };
  const ledger = ledgers.find((one) => one.platform === platform);
  const place = choosePlace(id, target, { given, ledger, environment: process.env });
  return { id, target, ledger, place: (await target.settle?.(place)) ?? place };
}

export async function loadTarget(verb: string, what: string, platform: string): Promise<Target> {
  const load = Object.hasOwn(targets, platform) ? targets[platform] : undefined;
  if (load !== undefined) return load();
  throw refused(
    `Cannot ${verb} ${what} with target ${platform}: there is no such target. There are: ${Object.keys(targets).join(", ")}.`,
  );
}

async function chooseApp(root: string, verb: string, named: string | undefined): Promise<string> {
  const entries = await readdir(join(root, "apps"), { withFileTypes: true }).catch(() => []);
  const known = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const names = known.sort().join(", ") || "none";
  if (named !== undefined && !known.includes(named))
    throw refused(`Cannot ${verb} ${named}: there is no such app. There are: ${names}.`);
  const [only, another] = known;
  if (named !== undefined) return named;
  if (only !== undefined && another === undefined) return only;
  throw refused(`Cannot ${verb}: name the app. There are: ${names}.`);
}

function choosePlatform(
  verb: string,
  app: string,
  ledgers: readonly Ledger[],
  { target, stage }: WhereOptions,
): string {
  if (target !== undefined) return target;
  const [only, another] = ledgers.map(({ platform }) => platform);
  if (only !== undefined && another === undefined) return only;
  const why =
    only === undefined
      ? `nothing was deployed there from this checkout. There are: ${Object.keys(targets).join(", ")}`
      : `it stands on ${ledgers.map(({ platform }) => platform).join(" and ")}`;
  throw refused(`Cannot ${verb} ${app} on stage ${stage}: say --target, since ${why}.`);
}
