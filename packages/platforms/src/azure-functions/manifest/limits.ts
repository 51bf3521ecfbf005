// What Azure Functions cannot do is refused before anything is deployed; what it does otherwise is noted.
import type { FunctionDescription } from "@faasade/core/adapter";
import { resourceOf, startedBy } from "../../shared/manifest/deployment.ts";
import { checkSupport } from "../../shared/manifest/support.ts";
import type { SupportTable } from "../../shared/platform.ts";
import { mostDeliveries } from "./objects.ts";
import type { Plan } from "./plan.ts";
import { refused } from "./refusal.ts";

/** The balancer in front: https://learn.microsoft.com/azure/azure-functions/functions-scale#timeout */
const requestSeconds = 230;
/** https://learn.microsoft.com/azure/azure-functions/functions-bindings-http-webhook-trigger#limits */
const mostBodyBytes = 210 << 20;
/** Of the Node model, the host has these for itself: it has no prefix that keeps them apart. */
const reserved = /^\/(?:admin|runtime)(?:\/|$)/i;

/** @throws {ManifestRefusal} for the first thing that cannot be. */
export function checkLimits(plan: Plan, triggers: SupportTable): void {
  for (const fn of plan.functions) {
    checkSupport(plan, triggers, fn);
    noteAttempts(plan, fn);
  }
  checkRoutes(plan);
  checkSources(plan);
  checkFolders(plan);
}

function noteAttempts(plan: Plan, { name, trigger, maxAttempts }: FunctionDescription): void {
  const { template } = plan;
  if (trigger.kind === "object" && maxAttempts > mostDeliveries)
    template.note(
      `${name}: an event that fails is delivered ${mostDeliveries} times, the most Event Grid does, not ${maxAttempts}.`,
    );
  if (trigger.kind !== "message") return;
  const { driver } = resourceOf(plan, { kind: trigger.sourceKind, name: trigger.source });
  const isStream = driver === "event-hubs" || driver === "iot-hub";
  if (trigger.batch !== undefined && !isStream)
    template.note(`${name}: ${trigger.source} hands over one message at a time, so a batch holds one.`);
  if (driver === "storage-queue")
    template.note(
      `${name}: a message that fails is delivered as often as any function of the app that takes from a storage queue may: the host has one limit for all.`,
    );
}

function checkRoutes(plan: Plan): void {
  const isCustom = plan.deployment.packaging === "custom-handler";
  for (const { fn, trigger } of startedBy(plan, "http")) {
    for (const { method, path, maxBodyBytes } of trigger.routes) {
      if (!isCustom && reserved.test(path))
        throw refused(
          fn.name,
          `${method} ${path} is the host's own`,
          "Choose another path, or build the packaging custom-handler, whose routes begin with /api",
        );
      if (maxBodyBytes > mostBodyBytes)
        plan.template.note(
          `${fn.name}: ${method} ${path} takes ${maxBodyBytes} bytes, but Azure Functions refuses requests of more than ${mostBodyBytes}.`,
        );
    }
    if (fn.timeoutSeconds > requestSeconds)
      plan.template.note(
        `${fn.name}: the balancer in front gives up after ${requestSeconds} s, while the function may go on for ${fn.timeoutSeconds} s.`,
      );
  }
}

/** Of a queue each message reaches one taker; a topic has a subscription for each, with names that must differ. */
function checkSources(plan: Plan): void {
  const takers = new Map<string, string>();
  for (const { fn, trigger } of startedBy(plan, "message")) {
    if (trigger.sourceKind !== "queue") continue;
    const other = takers.get(trigger.source);
    if (other !== undefined)
      throw refused(
        fn.name,
        `it takes messages of ${trigger.source} as ${other} does, and each would reach only one of them`,
        "Give each a queue, or send to a topic",
      );
    takers.set(trigger.source, fn.name);
  }
}

/** Beside the artefact a custom handler has a folder for each function. */
function checkFolders({ deployment, artefact, functions }: Plan): void {
  if (deployment.packaging !== "custom-handler") return;
  for (const { name, trigger } of functions) {
    if (trigger.kind === "http") continue;
    const why =
      name === artefact.path
        ? "its folder would be the artefact's"
        : name === "api"
          ? "all routes begin with its name"
          : undefined;
    if (why !== undefined) throw refused(name, why, "Rename the function, or build the packaging v4");
  }
}
