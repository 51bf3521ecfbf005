// What every part of the manifest is made from: the deployment, read once.
import type { FunctionDescription } from "@faasade/core/adapter";
import { type Labels, labelsOf } from "../../shared/labels.ts";
import { type Deploying, packagingOf } from "../../shared/manifest/deployment.ts";
import type { BuiltArtefact, Deployment, Packaging, Platform } from "../../shared/platform.ts";
import type { Value } from "./bicep.ts";
import { refused } from "./refusal.ts";
import { Template } from "./template.ts";

/** A function app's name is a host's name, and the suffix that makes it one of a kind takes fourteen. */
const mostOfDeployment = 46;

export interface Plan extends Deploying {
  readonly packaging: Packaging;
  readonly labels: Labels;
  readonly template: Template;
  /** The one artefact: a function app is deployed as a whole. */
  readonly artefact: BuiltArtefact;
  /** Of the packaging: its functions alone. */
  readonly functions: readonly FunctionDescription[];
  /** What the app finds in its environment. */
  readonly settings: Map<string, Value>;
}

/** @throws {ManifestRefusal} for an unknown packaging, names that do not fit, or anything but one artefact. */
export function planOf(deployment: Deployment, platform: Pick<Platform, "packagings">): Plan {
  const refuse = refused;
  const packaging = packagingOf({ deployment, refuse }, platform);
  const labels = labelsOf(refused, deployment, { mostOfDeployment });
  return {
    deployment,
    refuse,
    packaging,
    labels,
    template: new Template(labels),
    artefact: artefactOf(deployment),
    functions: deployment.functions.filter(({ trigger }) => packaging.triggers.includes(trigger.kind)),
    settings: new Map(),
  };
}

function artefactOf({ functions, artefacts }: Deployment): BuiltArtefact {
  const [artefact, ...others] = artefacts;
  if (artefact === undefined || others.length > 0)
    throw refused(undefined, "a function app has one artefact", "Build it with the unit app");
  for (const fn of functions)
    if (!artefact.functions.includes(fn.name))
      throw refused(fn.name, "no artefact holds it", "Build the app before its manifest is written");
  return artefact;
}
