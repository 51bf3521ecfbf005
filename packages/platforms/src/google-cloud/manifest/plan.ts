// What every part of the manifest is made from: the deployment, read once, and the services that it takes.
import type { FunctionDescription } from "@faasade/core/adapter";
import { type Labels, labelsOf } from "../../shared/labels.ts";
import {
  type Deploying,
  startedBy as functionsStartedBy,
  packagingOf,
  type Started as StartedFunction,
} from "../../shared/manifest/deployment.ts";
import type { BuiltArtefact, Deployment, Packaging, Platform, TriggerKind } from "../../shared/platform.ts";
import { accountName, physicalName, variableOf } from "./names.ts";
import { refused } from "./refusal.ts";
import { Script } from "./script.ts";

/** A Cloud Run service, and the functions of the app that it runs. */
export interface Service {
  readonly name: string;
  /** Requests and events never share one: the first are the public's, the second Google's alone. */
  readonly serves: "http" | "events";
  readonly functions: readonly FunctionDescription[];
  readonly artefact: BuiltArtefact;
  /** Whole seconds: longer than the slowest of its functions may take. */
  readonly timeoutSeconds: number;
  /** The variable of the script that says where its image is. */
  readonly imageVariable: string;
  /** Who it is. */
  readonly account: string;
}

export interface Plan extends Deploying {
  readonly packaging: Packaging;
  readonly labels: Labels;
  readonly script: Script;
  readonly services: readonly Service[];
  /** In whose name Eventarc, Pub/Sub and Cloud Scheduler post. */
  readonly sender: string;
}

/** Fewer than 50 characters: https://cloud.google.com/run/docs/reference/rest/v1/namespaces.services */
const mostCharacters = 49;
/** For the answer to go out after the function's own time is over. */
const spareSeconds = 5;

/** @throws {ManifestRefusal} for an unknown packaging, or where an artefact is missing or a name does not fit. */
export function planOf(deployment: Deployment, platform: Pick<Platform, "packagings">): Plan {
  const refuse = refused;
  const packaging = packagingOf({ deployment, refuse }, platform);
  const labels = labelsOf(refused, deployment, { letterFirst: true });
  const name = labels["faasade-deployment"];
  const script = new Script();
  const services = servicesOf(deployment, name);
  return { deployment, refuse, packaging, labels, script, services, sender: accountName(`${name}-sender`) };
}

/** @throws {ManifestRefusal} where an artefact is missing, or a name does not fit. */
function servicesOf({ functions, artefacts, unit }: Deployment, deployment: string): Service[] {
  const artefactOf = (fn: FunctionDescription): BuiltArtefact => {
    const artefact = artefacts.find((one) => one.functions.includes(fn.name));
    if (artefact !== undefined) return artefact;
    throw refused(fn.name, "no artefact holds it", "Build the app before its manifest is written");
  };
  const service = (part: string | undefined, its: readonly FunctionDescription[]): Service[] => {
    const [first] = its;
    if (first === undefined) return [];
    const name = physicalName(deployment, part, "service", mostCharacters);
    const artefact = artefactOf(first);
    const seconds = Math.max(...its.map(({ timeoutSeconds }) => Math.ceil(timeoutSeconds)));
    return [
      {
        name,
        serves: first.trigger.kind === "http" ? "http" : "events",
        functions: its,
        artefact,
        timeoutSeconds: seconds + spareSeconds,
        imageVariable: variableOf(artefact.name, "IMAGE"),
        account: accountName(name),
      },
    ];
  };
  for (const fn of functions) artefactOf(fn);
  if (unit === "function") return functions.flatMap((fn) => service(fn.name, [fn]));
  const isHttp = ({ trigger }: FunctionDescription): boolean => trigger.kind === "http";
  return [
    ...service(undefined, functions.filter(isHttp)),
    ...service(
      "events",
      functions.filter((fn) => !isHttp(fn)),
    ),
  ];
}

/** A function of the app, what starts it, and the service that runs it. */
export interface Started<Kind extends TriggerKind> extends StartedFunction<Kind> {
  readonly service: Service;
}

export function startedBy<Kind extends TriggerKind>({ services }: Plan, kind: Kind): Started<Kind>[] {
  return services.flatMap((service) =>
    functionsStartedBy(service, kind).map((started) => ({ ...started, service })),
  );
}

/** Known before the service is: https://cloud.google.com/run/docs/triggering/https-request#deterministic */
export function urlOf({ name }: Pick<Service, "name">): string {
  return `https://${name}-\${PROJECT_NUMBER}.\${REGION}.run.app`;
}

/** Where events for a function are posted. */
export function pathOf(fn: Pick<FunctionDescription, "name">): string {
  return `/.faasade/events/${fn.name}`;
}

export function labelFlag({ labels }: Plan, flag = "--labels"): string {
  return `${flag}=${Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .join(",")}`;
}

/** As IAM names an account of the project. */
export function memberOf(account: string): string {
  return `"serviceAccount:${emailOf(account)}"`;
}

export function emailOf(account: string): string {
  return `${account}@\${PROJECT_ID}.iam.gserviceaccount.com`;
}
