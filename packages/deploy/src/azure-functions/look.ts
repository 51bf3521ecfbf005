// What stands of a stage in a resource group: everything that carries its tag, and how its last deployment ended.
import type { Ledger } from "../ledger.ts";
import type { Place, StageId, Standing, StandingResource } from "../target.ts";
import { type Az, azAt } from "./az.ts";
import { saysNotFound } from "./errors.ts";

export interface AzureStanding extends Standing {
  readonly resources: readonly AzureResource[];
  /** What the last deployment was given, without what is secret. */
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly siteName?: string;
}

export interface AzureResource extends StandingResource {
  readonly name: string;
}

interface Found {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly tags?: Readonly<Record<string, string>> | null;
}

interface FoundDeployment {
  readonly properties?: {
    readonly provisioningState?: string;
    readonly error?: { readonly message?: string };
    readonly parameters?: Readonly<Record<string, { readonly value?: unknown; readonly type?: string }>>;
    readonly outputs?: Readonly<Record<string, { readonly value?: unknown }>>;
  };
}

const groupType = "Microsoft.Resources/resourceGroups";
const siteType = "Microsoft.Web/sites";

export async function look(id: StageId, place: Place): Promise<AzureStanding> {
  const az = azAt(id, place);
  const to = `ask what stands of ${id.name}`;
  const found = await az.json<readonly Found[]>(
    ["resource", "list", "--tag", `faasade-deployment=${id.name}`],
    { to },
  );
  const group = await show<Found>(az, ["group", "show", "--name", az.group], to);
  const deployment = await show<FoundDeployment>(
    az,
    ["deployment", "group", "show", "--resource-group", az.group, "--name", id.name],
    to,
  );
  const { provisioningState = "", error, parameters = {}, outputs = {} } = deployment?.properties ?? {};
  const site = found.find(({ type }) => type === siteType);
  const holdsData = found.some(isData);
  const resources = [
    ...found.map((one) => ({ id: one.id, name: one.name, type: one.type, holdsData: isData(one) })),
    ...(group?.tags?.["faasade-deployment"] === id.name && !(await hasOthers(id, az, to))
      ? [{ id: group.id, name: group.name, type: groupType, holdsData }]
      : []),
  ];
  const ledger =
    site === undefined ? undefined : await ledgerOf(id, place, az, site, String(outputs["url"]?.value ?? ""));
  return {
    state: stateOf(found.length, provisioningState),
    ...(error?.message === undefined ? {} : { detail: error.message }),
    ...(ledger === undefined ? {} : { ledger }),
    resources,
    parameters: Object.fromEntries(
      Object.entries(parameters).flatMap(([name, { value }]) => (value === undefined ? [] : [[name, value]])),
    ),
    ...(site === undefined ? {} : { siteName: site.name }),
  };
}

/** What Azure puts beside Application Insights by itself; it goes with the group. */
const derived: readonly string[] = [
  "microsoft.alertsmanagement/smartdetectoralertrules",
  "microsoft.insights/actiongroups",
];

/** A group goes with all that is in it: one in which something of somebody else's stands is not the stage's to remove. */
async function hasOthers({ name }: StageId, az: Az, to: string): Promise<boolean> {
  const all = await az.json<readonly Found[]>(["resource", "list", "--resource-group", az.group], { to });
  return all.some(
    ({ type, tags }) => tags?.["faasade-deployment"] !== name && !derived.includes(type.toLowerCase()),
  );
}

async function show<Answer>(az: Az, args: readonly string[], to: string): Promise<Answer | undefined> {
  const { ok, stdout, stderr } = await az.attempt([...args, "--output", "json"], { to });
  if (ok) return JSON.parse(stdout || "null") as Answer;
  if (saysNotFound(stderr)) return undefined;
  return az.json<Answer>(args, { to });
}

function stateOf(count: number, provisioningState: string): Standing["state"] {
  if (count === 0) return "absent";
  if (["Running", "Accepted", "Creating"].includes(provisioningState)) return "changing";
  return ["Failed", "Canceled"].includes(provisioningState) ? "broken" : "ready";
}

/** The stores of the app; the function app's own account is named otherwise. */
function isData({ type, name }: Pick<Found, "type" | "name">): boolean {
  return type === "Microsoft.Storage/storageAccounts" && name.startsWith("data");
}

/** Tags of the function app hold 256 characters each. */
export function ledgerTags({
  build,
  packaging,
  unit,
  at,
  drivers,
}: Ledger): Readonly<Record<string, string>> {
  return {
    "faasade-build": build,
    "faasade-packaging": packaging,
    "faasade-unit": unit,
    "faasade-at": at,
    "faasade-drivers": JSON.stringify(drivers).slice(0, 256),
  };
}

async function ledgerOf(
  id: StageId,
  place: Place,
  az: Az,
  site: Found,
  url: string,
): Promise<Ledger | undefined> {
  const tags = site.tags ?? {};
  const [build, at] = [tags["faasade-build"], tags["faasade-at"]];
  if (build === undefined || at === undefined) return undefined;
  const settings = await az.json<readonly { readonly name: string; readonly value: string | null }[]>(
    ["functionapp", "config", "appsettings", "list", "--resource-group", az.group, "--name", site.name],
    { to: `read the settings of ${site.name}` },
  );
  // Anything else may hold a password.
  const resources = settings.filter(
    ({ name, value }) => name.endsWith("_URL") && /^azure-blob:/.test(value ?? ""),
  );
  return {
    app: tags["faasade-app"] ?? id.app,
    stage: tags["faasade-stage"] ?? id.stage,
    platform: id.platform,
    packaging: tags["faasade-packaging"] ?? "",
    unit: tags["faasade-unit"] === "function" ? "function" : "app",
    drivers: driversIn(tags["faasade-drivers"]),
    build,
    at,
    state: "deployed",
    place,
    ...(url === "" ? {} : { url }),
    resources: Object.fromEntries(resources.map(({ name, value }) => [name, value ?? ""])),
  };
}

function driversIn(text: string | undefined): Record<string, string> {
  try {
    return JSON.parse(text ?? "{}") as Record<string, string>;
  } catch {
    return {};
  }
}
