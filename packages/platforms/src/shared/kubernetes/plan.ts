// What every part of the manifests is made from: the deployment, read once, and the pods that it takes.
import type { FunctionDescription, Grant } from "@faasade/core/adapter";
import { type Labels, labelsOf } from "../labels.ts";
import { type Deploying, packagingOf } from "../manifest/deployment.ts";
import type { Deployment, Packaging, Platform, TriggerKind } from "../platform.ts";
import { imageName } from "../push.ts";
import { refuserFor } from "../refusal.ts";
import { objectName } from "./names.ts";

/** What a pod does; the environment tells it, in these words. */
export type Role = "http" | "events" | "consume" | "intake" | "dead-letters";

/** Pods of one kind: the functions they run, and what they are called. */
export interface Pods {
  readonly name: string;
  readonly role: Role;
  /** As the base calls it; an overlay says where it was pushed. */
  readonly image: string;
  readonly functions: readonly FunctionDescription[];
  /** Whole seconds: as long as the slowest of the functions may take. */
  readonly timeoutSeconds: number;
}

export interface Plan extends Deploying {
  readonly packaging: Packaging;
  readonly labels: Labels;
  readonly title: string;
  /** What keeps the events of objects until they are handled, where the platform has none of its own for that. */
  readonly deliveries: readonly Grant[];
}

/** @throws {ManifestRefusal} for an unknown packaging, names that are no labels, or a function that no artefact holds. */
export function planOf(
  deployment: Deployment,
  { title, packagings, grants }: Pick<Platform, "title" | "packagings" | "grants">,
): Plan {
  const refuse = refuserFor(title);
  const packaging = packagingOf({ deployment, refuse }, { packagings });
  const labels = labelsOf(refuse, deployment, { letterFirst: true });
  const plan: Plan = { deployment, packaging, labels, refuse, title, deliveries: grants?.object ?? [] };
  for (const fn of deployment.functions) imageOf(plan, fn);
  return plan;
}

/** The pods that do one thing for some kinds of functions: one of the app, or one of each function. */
export function podsFor(plan: Plan, role: Role, kinds: readonly TriggerKind[]): Pods[] {
  const { app, functions, unit } = plan.deployment;
  const its = functions.filter(({ trigger }) => kinds.includes(trigger.kind));
  const [first] = its;
  if (first === undefined) return [];
  const pods = (
    part: string | undefined,
    some: readonly FunctionDescription[],
    of: FunctionDescription,
  ): Pods => ({
    name: objectName(plan.refuse, app, part),
    role,
    image: imageOf(plan, of),
    functions: some,
    timeoutSeconds: Math.max(1, ...some.map((fn) => Math.ceil(fn.timeoutSeconds))),
  });
  if (unit === "app") return [pods(role === "http" ? undefined : role, its, first)];
  return its.map((fn) => pods(fn.name, [fn], fn));
}

/** Pods beside the functions', of any image of the app's. */
export function podsBeside(
  plan: Plan,
  role: Role,
  functions: readonly FunctionDescription[],
): Pods | undefined {
  const [first] = functions;
  if (first === undefined) return undefined;
  const name = objectName(plan.refuse, plan.deployment.app, role);
  return { name, role, image: imageOf(plan, first), functions, timeoutSeconds: 25 };
}

/** The image that holds a function, named as its artefact is. */
export function imageOf({ deployment, refuse }: Plan, { name }: FunctionDescription): string {
  const artefact = deployment.artefacts.find(({ functions }) => functions.includes(name));
  if (artefact === undefined)
    throw refuse(name, "no artefact holds it", "Build the app before its manifest is written");
  return imageName(deployment.app, artefact);
}
