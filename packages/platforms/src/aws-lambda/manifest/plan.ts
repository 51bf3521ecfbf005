// What every part of the manifest is made from: the deployment, read once.
import { type FunctionDescription, type Grant, urlVariable } from "@faasade/core/adapter";
import type { Labels } from "../../shared/labels.ts";
import type {
  BuiltArtefact,
  DeployedResource,
  Deployment,
  Packaging,
  TriggerKind,
} from "../../shared/platform.ts";
import { entryName, physicalName } from "./names.ts";
import { refused } from "./refusal.ts";
import type { Template } from "./template.ts";
import { type Json, ref } from "./values.ts";

/** One AWS Lambda function, and the functions of the app that it runs. */
export interface Unit {
  readonly artefact: BuiltArtefact;
  readonly functions: readonly FunctionDescription[];
  /** Its entry in the template. */
  readonly id: string;
  /** Its name in AWS. */
  readonly name: string;
  /** Whole seconds: as long as the slowest of its functions may take. */
  readonly timeoutSeconds: number;
}

export interface Plan {
  readonly deployment: Deployment;
  readonly packaging: Packaging;
  readonly labels: Labels;
  readonly template: Template;
  readonly units: readonly Unit[];
}

/** The SQS queue for events that were given up. */
export const deadLettersId = "DeadLetters";

/** @throws {ManifestRefusal} where an artefact is missing, or a name does not fit. */
export function unitsOf({ functions, artefacts, unit }: Deployment, labels: Labels): Unit[] {
  const units = artefacts.map((artefact) => {
    const own = functions.filter(({ name }) => artefact.functions.includes(name));
    const deployment = labels["faasade-deployment"];
    // AWS allows a function's name 64 characters.
    const name = unit === "app" ? deployment : physicalName(deployment, artefact.name, "function", 64);
    const timeoutSeconds = Math.max(1, ...own.map((fn) => Math.ceil(fn.timeoutSeconds)));
    return { artefact, functions: own, id: entryName(artefact.name, "Function"), name, timeoutSeconds };
  });
  for (const fn of functions) {
    if (units.some((one) => one.functions.includes(fn))) continue;
    throw refused(fn.name, "no artefact holds it", "Build the app before its manifest is written");
  }
  return units;
}

/** What a grant names, as the build chose it. */
export function resourceOf(
  { deployment }: Plan,
  { kind, name }: Pick<Grant, "kind" | "name">,
): DeployedResource {
  const found = deployment.resources.find((one) => one.kind === kind && one.name === name);
  if (found !== undefined) return found;
  const variable = urlVariable(name);
  throw refused(
    undefined,
    `nothing says which driver ${kind} ${name} (${variable}) is opened with`,
    `Name one when building: ${name}=<driver>`,
  );
}

/** Whether a resource belongs to another app, which deploys it. */
export function isForeign({ deployment }: Plan, name: string): boolean {
  return name.includes("/") && !name.startsWith(`${deployment.app}/`);
}

type TriggerOf<Kind> = Extract<FunctionDescription["trigger"], { kind: Kind }>;

/** A function of the app, what starts it, and the AWS Lambda function that runs it. */
export interface Started<Kind extends TriggerKind = TriggerKind> {
  readonly fn: FunctionDescription;
  readonly trigger: TriggerOf<Kind>;
  readonly unit: Unit;
}

/** Every function of the app with a trigger of one kind. */
export function startedBy<Kind extends TriggerKind>({ units }: Plan, kind: Kind): Started<Kind>[] {
  return units.flatMap((unit) =>
    unit.functions
      .filter(({ trigger }) => trigger.kind === kind)
      .map((fn) => ({ fn, trigger: fn.trigger as TriggerOf<Kind>, unit })),
  );
}

/** Lets a service of AWS start a function, on behalf of one source only. */
export function permit(
  { template }: Plan,
  unit: Unit,
  id: string,
  { service, source }: { readonly service: string; readonly source: Json },
): void {
  template.resource(id, "AWS::Lambda::Permission", {
    Action: "lambda:InvokeFunction",
    FunctionName: ref(unit.id),
    Principal: service,
    SourceArn: source,
  });
}
