// The template of an app: pure, and the same for the same deployment.

import { labelsOf } from "../../shared/labels.ts";
import type { Deployment, ManifestFile, Platform } from "../../shared/platform.ts";
import { addFunctions } from "./functions.ts";
import { addHttpApi } from "./http.ts";
import { checkLimits } from "./limits.ts";
import { addMessageSources } from "./messages.ts";
import { addObjectRules } from "./objects.ts";
import { type Plan, unitsOf } from "./plan.ts";
import { hasDeadLetters } from "./policies.ts";
import { createDeadLetters } from "./queues.ts";
import { refused } from "./refusal.ts";
import { addSchedules } from "./schedules.ts";
import { Template } from "./template.ts";
import { addWebFunctions } from "./web.ts";

/** @throws {ManifestRefusal} for what AWS Lambda cannot do. */
export function manifest(
  deployment: Deployment,
  { triggers, packagings }: Pick<Platform, "triggers" | "packagings">,
): ManifestFile[] {
  const packaging = packagings[deployment.packaging];
  if (packaging === undefined)
    throw refused(
      undefined,
      `it knows no packaging ${deployment.packaging}`,
      `Use one of: ${Object.keys(packagings).join(", ")}`,
    );
  const labels = labelsOf(refused, deployment);
  const template = new Template(labels);
  const plan: Plan = { deployment, packaging, labels, template, units: unitsOf(deployment, labels) };

  checkLimits(plan, triggers);
  if (deployment.packaging === "web") addWebFunctions(plan);
  else addEventFunctions(plan);

  const { app, stage, unit } = deployment;
  const content = template.toValue(`${app} on stage ${stage}`, { App: app, Stage: stage, Unit: unit });
  return [{ path: "template.yaml", content, notes: template.notes }];
}

function addEventFunctions(plan: Plan): void {
  addFunctions(plan);
  addHttpApi(plan);
  addSchedules(plan);
  const senders = [...addObjectRules(plan), ...addMessageSources(plan)];
  if (plan.units.some(hasDeadLetters)) createDeadLetters(plan, senders);
}
