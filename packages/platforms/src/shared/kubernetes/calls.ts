// Where functions that others call are, within the cluster.
import { urlVariable } from "@faasade/core/adapter";
import type { Plan, Pods } from "./plan.ts";

/** The `<FUNCTION>_URL`s of the app's own functions; those of other apps are the operator's to say. */
export function urlsOfCalls(
  { deployment, refuse }: Plan,
  pods: readonly Pods[],
  originOf: (name: string) => string,
): Record<string, string> {
  const urls: Record<string, string> = {};
  for (const { grants } of deployment.functions)
    for (const { kind, name } of grants) {
      if (kind !== "function") continue;
      const own = name.startsWith(`${deployment.app}/`) ? name.slice(deployment.app.length + 1) : name;
      if (own.includes("/")) continue;
      const callee = pods.find(({ functions }) => functions.some((fn) => fn.name === own));
      if (callee === undefined)
        throw refuse(undefined, `it calls ${name}, which it does not have`, "Deploy that function with it");
      urls[urlVariable(name)] = `${originOf(callee.name)}/.faasade/events/${own}`;
    }
  return urls;
}
