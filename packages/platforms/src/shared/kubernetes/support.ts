// What cannot run there is refused before anything is deployed.
import { type FunctionDescription, urlVariable } from "@faasade/core/adapter";
import { resourceOf } from "../manifest/deployment.ts";
import { checkSupport as checkTrigger } from "../manifest/support.ts";
import type { SupportTable } from "../platform.ts";
import type { Plan } from "./plan.ts";

/** Their data lives beside the process, and a pod has nothing beside it that stays. */
const localDrivers: readonly string[] = ["file", "pglite"];

/** @throws {ManifestRefusal} for the first thing that cannot be. */
export function checkSupport(plan: Plan, table: SupportTable): void {
  for (const fn of plan.deployment.functions) {
    checkTrigger(plan, table, fn);
    checkAuth(plan, table, fn);
    checkMisfire(plan, fn);
    checkResources(plan, fn);
  }
}

function checkAuth(plan: Plan, { http }: SupportTable, { name, trigger }: FunctionDescription): void {
  if (trigger.kind !== "http") return;
  for (const { auth, method, path } of trigger.routes)
    if (!http.auth.includes(auth))
      throw plan.refuse(
        name,
        `${method} ${path} wants auth "${auth}"`,
        `Use one of: ${http.auth.join(", ")}`,
      );
}

function checkMisfire(plan: Plan, { name, trigger }: FunctionDescription): void {
  if (trigger.kind !== "schedule" || trigger.misfire !== "all") return;
  throw plan.refuse(
    name,
    'its misfire is "all", and of the times that were missed the last one at most is made up for here',
    'Use misfire "once" and let the function find out what is left to do',
  );
}

function checkResources(plan: Plan, { name, grants }: FunctionDescription): void {
  for (const grant of grants) {
    if (grant.kind === "secret" || grant.kind === "function") continue;
    const { driver } = resourceOf(plan, grant);
    if (!localDrivers.includes(driver)) continue;
    throw plan.refuse(
      name,
      `its ${grant.kind} ${grant.name} is built with the ${driver} driver, and what that writes is gone with the pod`,
      `Build it with another driver for ${grant.name}, and set ${urlVariable(grant.name)}`,
    );
  }
}
