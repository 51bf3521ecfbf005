// What a deployment would do: compared with what stands, with what is missing, and the exact commands.
import type { BuildResult } from "@faasade/build";
import { fingerprintOf } from "./fingerprint.ts";
import type { Ledger } from "./ledger.ts";
import { lookAtOwn } from "./own-stage.ts";
import { type FunctionPermissions, permissionsOf } from "./permissions.ts";
import type { Change, Need, Place, StageId, Standing, Step, Target, Wanted } from "./target.ts";

export interface PlanRequest {
  readonly target: Target;
  readonly id: StageId;
  readonly build: BuildResult;
  readonly place: Place;
  readonly values: Readonly<Record<string, string>>;
  /** What stands there, where that was asked already; `unknown` is planned for as if nothing did. */
  readonly standing?: Standing;
  /** Whether secrets that nobody has to know are made where they are missing. */
  readonly createSecrets?: boolean;
}

export interface DeploymentPlan {
  readonly wanted: Wanted;
  readonly standing: Standing;
  readonly changes: readonly Change[];
  readonly permissions: readonly FunctionPermissions[];
  readonly needs: readonly Need[];
  /** Whether there is nothing to do. */
  readonly unchanged: boolean;
  /** Why it must not be deployed like this, with the way out. */
  readonly refusal?: string;
  readonly steps: readonly Step[];
}

const mostNamed = 5;

/** Changes nothing, here or there. */
export async function planDeployment(request: PlanRequest): Promise<DeploymentPlan> {
  const { target, id, build, place, values, createSecrets = false } = request;
  const standing = request.standing ?? (await lookAtOwn(target, id, place));
  const wanted: Wanted = { id, build, values, ledger: await ledgerOf(request) };
  const changes = await target.compare(wanted, standing, place);
  const needs = await target.needs(wanted, standing, place);
  // Of a place that was not asked, nobody knows what is missing.
  const missing = standing.state === "unknown" ? undefined : missingOf(wanted, needs, createSecrets);
  const refusal = refusalOf(wanted, standing, changes) ?? missing;
  const unchanged =
    standing.state === "ready" &&
    standing.ledger !== undefined &&
    refusal === undefined &&
    changes.every(({ what }) => what === "unchanged" || what === "orphan");
  const making = needs.flatMap(({ state, create }) =>
    state === "missing" && createSecrets && create ? [create] : [],
  );
  const steps = unchanged ? [] : [...making, ...(await target.deploying(wanted, standing, place))];
  return {
    wanted,
    standing,
    changes,
    permissions: permissionsOf(build),
    needs,
    unchanged,
    ...(refusal === undefined ? {} : { refusal }),
    steps,
  };
}

async function ledgerOf({ id, build, place }: PlanRequest): Promise<Ledger> {
  return {
    app: id.app,
    stage: id.stage,
    platform: id.platform,
    packaging: build.packaging,
    unit: build.unit,
    drivers: Object.fromEntries(build.resources.map(({ kind, name, driver }) => [`${kind}/${name}`, driver])),
    build: await fingerprintOf(build),
    at: new Date().toISOString(),
    state: "deployed",
    place,
    resources: {},
  };
}

/** A switch that would leave something behind which no deployment manages any more. */
function refusalOf(
  { id, ledger }: Wanted,
  standing: Standing,
  changes: readonly Change[],
): string | undefined {
  const former = standing.ledger;
  const orphans = changes.filter(({ what }) => what === "orphan");
  if (former === undefined || orphans.length === 0) return undefined;
  const switches = switchesBetween(former, ledger);
  if (switches.length === 0) return undefined;
  const named = orphans.slice(0, mostNamed).map(({ type, name }) => `${type} ${name}`);
  const more = orphans.length > mostNamed ? ` and ${orphans.length - mostNamed} more` : "";
  const left = `${named.join(", ")}${more}`;
  const destroy = `npm run faasade -- destroy ${id.app} --target ${id.platform} --stage ${id.stage}`;
  return (
    `Cannot deploy ${id.app} to stage ${id.stage} with ${switches.map(({ now }) => now).join(", ")}: ` +
    `it stands with ${switches.map(({ before }) => before).join(", ")}, and ${left} would be left behind. ` +
    `Stay with that, choose another stage, or take it away first: ${destroy} (with --delete-data where what it stores may go).`
  );
}

function switchesBetween(before: Ledger, now: Ledger): { before: string; now: string }[] {
  const flags = (["packaging", "unit"] as const)
    .filter((name) => before[name] !== now[name])
    .map((name) => ({ before: `--${name} ${before[name]}`, now: `--${name} ${now[name]}` }));
  const drivers = Object.entries(now.drivers).flatMap(([resource, driver]) => {
    const former = before.drivers[resource];
    if (former === undefined || former === driver) return [];
    const name = resource.slice(resource.indexOf("/") + 1);
    return [{ before: `--driver ${name}=${former}`, now: `--driver ${name}=${driver}` }];
  });
  return [...flags, ...drivers];
}

function missingOf({ id }: Wanted, needs: readonly Need[], createSecrets: boolean): string | undefined {
  const missing = needs.filter(({ state, create }) => state === "missing" && !(createSecrets && create));
  if (missing.length === 0) return undefined;
  const canMake = missing.some(({ create }) => create !== undefined);
  return [
    `Cannot deploy ${id.app} to stage ${id.stage}: ${missing.map(({ name }) => name).join(", ")} must be given first.`,
    ...missing.map(
      ({ name, kind, detail, fix }) =>
        `  ${name} (${kind}): ${detail}${fix === undefined ? "" : `\n    ${fix}`}`,
    ),
    ...(canMake
      ? ["With --create-secrets, random ones are made for the secrets that nobody has to know."]
      : []),
  ].join("\n");
}
