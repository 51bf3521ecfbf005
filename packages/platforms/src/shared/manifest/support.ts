// What a platform does not start is refused before anything is deployed, with the way out of its own table.
import type { FunctionDescription } from "@faasade/core/adapter";
import type { Support, SupportTable } from "../platform.ts";
import { type Deploying, resourceOf } from "./deployment.ts";

/** @throws {ManifestRefusal} for a function that nothing there starts. */
export function checkSupport(
  plan: Deploying,
  triggers: SupportTable,
  { name, trigger }: Pick<FunctionDescription, "name" | "trigger">,
): void {
  const [support, what] = supportOf(plan, triggers, trigger);
  if (support === undefined) {
    const table = trigger.kind === "object" ? triggers.object : triggers.message;
    const drivers = Object.keys(table).filter((one) => table[one]?.how !== "unsupported");
    throw plan.refuse(
      name,
      `nothing here starts it by ${what}`,
      `Build it with one of: ${drivers.join(", ")}`,
    );
  }
  if (support.how === "unsupported")
    throw plan.refuse(name, `nothing here starts it by ${what}: ${support.why}`, support.instead);
}

/** Objects and messages by their driver; undefined for one that the table does not name. */
function supportOf(
  plan: Deploying,
  triggers: SupportTable,
  trigger: FunctionDescription["trigger"],
): readonly [support: Support | undefined, what: string] {
  if (trigger.kind !== "object" && trigger.kind !== "message") return [triggers[trigger.kind], trigger.kind];
  const isObject = trigger.kind === "object";
  const named = isObject
    ? { kind: "object-store", name: trigger.store }
    : { kind: trigger.sourceKind, name: trigger.source };
  const { driver } = resourceOf(plan, named);
  const what = isObject ? `objects in ${named.name}` : `messages of ${named.name}`;
  return [triggers[trigger.kind][driver], `${what}, whose driver is ${driver}`];
}
