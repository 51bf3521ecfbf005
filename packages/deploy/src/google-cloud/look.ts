// What stands of a stage in a project: asked kind by kind, by its label; and what its service remembers.
import type { Ledger } from "../ledger.ts";
import type { Place, StageId, Standing, StandingResource } from "../target.ts";
import { type Gcloud, gcloudAt } from "./gcloud.ts";
import { type Found, type KindName, kinds } from "./kinds.ts";
import { ledgerIn } from "./ledger-labels.ts";

export interface GoogleStanding extends Standing {
  readonly resources: readonly GoogleResource[];
  /** Of the services, as they run now. */
  readonly environment: Readonly<Record<string, string>>;
}

export interface GoogleResource extends StandingResource {
  readonly kind: KindName;
  readonly name: string;
}

export async function look(id: StageId, place: Place): Promise<GoogleStanding> {
  const gcloud = gcloudAt(place);
  const found = await Promise.all(
    (Object.keys(kinds) as KindName[]).map(async (kind) => [kind, await ask(kind, id, gcloud)] as const),
  );
  const resources = found.flatMap(([kind, all]) => all.map((one) => resourceOf(kind, one)));
  const services = found.find(([kind]) => kind === "service")?.[1] ?? [];
  const environment = environmentOf(services);
  const ledger = ledgerOf(id, place, services, environment);
  const broken = services.flatMap(({ status }) =>
    (status?.conditions ?? []).filter(({ type, status }) => type === "Ready" && status === "False"),
  );
  const changing = services.some(({ status }) =>
    status?.conditions?.some(({ type, status }) => type === "Ready" && status === "Unknown"),
  );
  const state =
    resources.length === 0 ? "absent" : broken.length > 0 ? "broken" : changing ? "changing" : "ready";
  return {
    state,
    ...(broken[0]?.message === undefined ? {} : { detail: broken[0].message }),
    ...(ledger === undefined ? {} : { ledger }),
    resources,
    environment,
  };
}

/** A service of Google's that the project never used has nothing of the stage's. */
async function ask(kind: KindName, id: StageId, gcloud: Gcloud): Promise<readonly Found[]> {
  const { list, type } = kinds[kind];
  try {
    return await gcloud.json<readonly Found[]>(list(id.name, gcloud), {
      to: `ask for each ${type} of ${id.name}`,
    });
  } catch (error) {
    if (/not enabled in the project/.test((error as Error).message)) return [];
    throw error;
  }
}

function resourceOf(kind: KindName, found: Found): GoogleResource {
  const { type, holdsData, nameOf } = kinds[kind];
  const name = nameOf(found) ?? "";
  return { id: name, type, holdsData, kind, name };
}

function environmentOf(services: readonly Found[]): Record<string, string> {
  const all = services.flatMap(({ spec }) => spec?.template?.spec?.containers?.[0]?.env ?? []);
  return Object.fromEntries(all.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value]])));
}

function ledgerOf(
  id: StageId,
  place: Place,
  services: readonly Found[],
  environment: Readonly<Record<string, string>>,
): Ledger | undefined {
  const remembered = services
    .map(({ metadata }) => ledgerIn(metadata?.labels ?? {}))
    .find((one) => one !== undefined);
  if (remembered === undefined) return undefined;
  const url = environment["PUBLIC_URL"];
  const resources = Object.entries(environment).filter(
    ([name]) => name.endsWith("_URL") && name !== "PUBLIC_URL",
  );
  return {
    app: id.app,
    stage: id.stage,
    platform: id.platform,
    ...remembered,
    drivers: {},
    state: "deployed",
    place,
    ...(url === undefined ? {} : { url }),
    resources: Object.fromEntries(resources),
  };
}
