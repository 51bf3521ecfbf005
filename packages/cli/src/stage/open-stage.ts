// Opens a deployed app by the target that deployed it.
import { describeApp } from "@faasade/build/describe";
import type { FunctionDescription } from "@faasade/core/adapter";
import { type Ledger, type StageClient, targets } from "@faasade/deploy";
import { chooseName } from "@faasade/local/control";
import { CommandFailure, exitCodes, refused } from "../exit-code.ts";
import { findRoot } from "../here.ts";
import { chooseLedger, ledgersOf } from "./find-stage.ts";
import type { StageOptions } from "./options.ts";

export interface OpenStage {
  readonly ledger: Ledger;
  readonly client: StageClient;
}

/** What a name may mean on a stage: its app's functions or stores. */
export type NamesOf = (functions: readonly FunctionDescription[]) => readonly string[];

/** @throws {CommandFailure} as `chooseLedger`, or when this version cannot deploy there. */
export async function openStage(options: StageOptions, app?: string): Promise<OpenStage> {
  const ledger = chooseLedger(await ledgersOf(findRoot(), options), options, app);
  return { ledger, client: await openLedger(ledger) };
}

/**
 * The app that has what a person named, `app/name` or the name alone where only one app of the stage has it.
 * @returns the name without its app.
 */
export async function openNamed(
  options: StageOptions,
  kind: string,
  name: string,
  namesOf: NamesOf,
): Promise<OpenStage & { readonly name: string; readonly functions: readonly FunctionDescription[] }> {
  const root = findRoot();
  const ledgers = await ledgersOf(root, options);
  const [said] = name.includes("/") ? name.split("/") : [];
  const apps = [...new Set(ledgers.map(({ app }) => app))];
  if (apps.length === 0) chooseLedger(ledgers, options, said);
  const described = await Promise.all(
    apps.map(async (app) => ({
      app,
      functions: (await describeApp(root, app)).map(({ description }) => description),
    })),
  );
  const known = described.flatMap(({ app, functions }) => namesOf(functions).map((one) => `${app}/${one}`));
  const meant = chooseName(kind, name, known, refused);
  const app = meant.slice(0, meant.indexOf("/"));
  const ledger = chooseLedger(ledgers, options, app);
  return {
    ledger,
    client: await openLedger(ledger),
    name: meant.slice(app.length + 1),
    functions: described.find((one) => one.app === app)?.functions ?? [],
  };
}

async function openLedger(ledger: Ledger): Promise<StageClient> {
  const load = Object.hasOwn(targets, ledger.platform) ? targets[ledger.platform] : undefined;
  if (load === undefined)
    throw new CommandFailure(
      exitCodes.failed,
      `Cannot reach ${ledger.app} on ${ledger.platform}: this checkout does not deploy there.`,
    );
  return (await load()).open(ledger, ledger.place);
}
