// Where a target deploys to: what was said, else what the stage remembers, else what the environment says.
import { Refusal } from "@faasade/platforms/shared/refusal";
import type { Ledger } from "./ledger.ts";
import type { Place, StageId, Target } from "./target.ts";

export interface PlaceSources {
  readonly given: Readonly<Record<string, string>>;
  readonly ledger?: Pick<Ledger, "place"> | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** @throws {Refusal} for an option that the target does not have, or one that says another place than the stage's. */
export function choosePlace(
  id: StageId,
  { options }: Pick<Target, "options">,
  { given, ledger, environment }: PlaceSources,
): Place {
  for (const [name, value] of Object.entries(given)) {
    const option = Object.hasOwn(options, name) ? options[name] : undefined;
    if (option === undefined)
      throw new Refusal(
        `Cannot use place ${name}=${value}: ${id.platform} has no such option. There are: ${Object.keys(options).join(", ")}.`,
      );
    const former = ledger?.place[name];
    if (option.identifies === true && former !== undefined && former !== value)
      throw new Refusal(
        `Cannot work with stage ${id.stage} of ${id.app} at ${name}=${value}: it stands at ${name}=${former}. ` +
          `Choose another stage, or take that one away first: npm run faasade -- destroy ${id.app} --stage ${id.stage}.`,
      );
  }
  const place: Record<string, string> = {};
  for (const [name, { variables, identifies, once }] of Object.entries(options)) {
    const said = variables.map((variable) => environment[variable]).find((value) => value);
    const remembered = once === true ? undefined : ledger?.place[name];
    // A stage is where it stands, whatever the environment says; how one gets there may change.
    const value = given[name] ?? (identifies === true ? (remembered ?? said) : (said ?? remembered));
    if (value !== undefined) place[name] = value;
  }
  return place;
}
