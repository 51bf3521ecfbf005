// What cannot run there is refused before anything is deployed.
import { type FunctionDescription, urlVariable } from "@faasade/core/adapter";
import type { Support, SupportTable } from "../platform.ts";
import { type Plan, resourceOf } from "./plan.ts";

/** Their data lives beside the process, and a pod has nothing beside it that stays. */
const localDrivers: readonly string[] = ["file", "pglite"];

/** @throws {ManifestRefusal} for the first thing that cannot be. */
export function checkSupport(plan: Plan, table: SupportTable): void {
  for (const fn of plan.deployment.functions) {
    checkTrigger(plan, table, fn);
    checkResources(plan, fn);
  }
}

function checkTrigger(plan: Plan, table: SupportTable, { name, trigger }: FunctionDescription): void {
  const { support, what, drivers } = supportOf(plan, table, trigger);
  if (support === undefined)
    throw plan.refuse(
      name,
      `nothing here starts it by ${what}`,
      drivers.length === 0 ? "Deploy it to another platform" : `Build it with one of: ${drivers.join(", ")}`,
    );
  if (support.how === "unsupported")
    throw plan.refuse(name, `nothing here starts it by ${what}: ${support.why}`, support.instead);
  if (trigger.kind === "schedule" && trigger.misfire === "all")
    throw plan.refuse(
      name,
      'its misfire is "all", and of the times that were missed the last one at most is made up for here',
      'Use misfire "once" and let the function find out what is left to do',
    );
  if (trigger.kind !== "http") return;
  for (const { auth, method, path } of trigger.routes)
    if (!table.http.auth.includes(auth))
      throw plan.refuse(
        name,
        `${method} ${path} wants auth "${auth}"`,
        `Use one of: ${table.http.auth.join(", ")}`,
      );
}

interface Answer {
  readonly support: Support | undefined;
  readonly what: string;
  /** Those that would do. */
  readonly drivers: readonly string[];
}

function supportOf(plan: Plan, table: SupportTable, trigger: FunctionDescription["trigger"]): Answer {
  if (trigger.kind !== "object" && trigger.kind !== "message")
    return { support: table[trigger.kind], what: trigger.kind, drivers: [] };
  const [kind, name, what] =
    trigger.kind === "object"
      ? ["object-store", trigger.store, "objects in"]
      : [trigger.sourceKind, trigger.source, "messages of"];
  const { driver } = resourceOf(plan, { kind, name });
  const answers = table[trigger.kind];
  const drivers = Object.keys(answers).filter((one) => answers[one]?.how !== "unsupported");
  return { support: answers[driver], what: `${what} ${name}, whose driver is ${driver}`, drivers };
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
