// A deployment as every manifest reads it: its packaging, what a grant names, and what starts its functions.
import { type FunctionDescription, type Grant, urlVariable } from "@faasade/core/adapter";
import type { DeployedResource, Deployment, Packaging, Platform, TriggerKind } from "../platform.ts";
import type { Refuse } from "../refusal.ts";

export interface Deploying {
  readonly deployment: Deployment;
  readonly refuse: Refuse;
}

/** @throws {ManifestRefusal} for one that the platform does not have. */
export function packagingOf(
  { deployment, refuse }: Deploying,
  { packagings }: Pick<Platform, "packagings">,
): Packaging {
  const packaging = packagings[deployment.packaging];
  if (packaging !== undefined) return packaging;
  const names = Object.keys(packagings).join(", ");
  throw refuse(undefined, `it knows no packaging ${deployment.packaging}`, `Use one of: ${names}`);
}

/** What a grant names, as the build chose it. @throws {ManifestRefusal} when it chose nothing. */
export function resourceOf(
  { deployment, refuse }: Deploying,
  { kind, name }: Pick<Grant, "kind" | "name">,
): DeployedResource {
  const found = deployment.resources.find((one) => one.kind === kind && one.name === name);
  if (found !== undefined) return found;
  throw refuse(
    undefined,
    `nothing says which driver ${kind} ${name} (${urlVariable(name)}) is opened with`,
    `Name one when building: ${name}=<driver>`,
  );
}

/** Whether a resource belongs to another app, which deploys it. */
export function isForeign({ deployment }: Pick<Deploying, "deployment">, name: string): boolean {
  return name.includes("/") && !name.startsWith(`${deployment.app}/`);
}

type TriggerOf<Kind> = Extract<FunctionDescription["trigger"], { kind: Kind }>;

/** A function of the app, with what starts it. */
export interface Started<Kind extends TriggerKind> {
  readonly fn: FunctionDescription;
  readonly trigger: TriggerOf<Kind>;
}

/** Those of some functions that one kind of trigger starts. */
export function startedBy<Kind extends TriggerKind>(
  { functions }: { readonly functions: readonly FunctionDescription[] },
  kind: Kind,
): Started<Kind>[] {
  return functions
    .filter(({ trigger }) => trigger.kind === kind)
    .map((fn) => ({ fn, trigger: fn.trigger as TriggerOf<Kind> }));
}
