// What every kind of event needs of the artefact that a function app runs.
import { type App, type FunctionEntry, type Host, openApp, urlVariable } from "@faasade/core/adapter";
import type { Artefact } from "../shared/artefact.ts";
import { deadlineWithin } from "../shared/deadline.ts";
import { type Fields, fieldsOf, listOf } from "../shared/fields.ts";
import { type ProcessHostOptions, processHost } from "../shared/host.ts";
import { attemptsSetting, schedulesSetting, timeoutSetting } from "./names.ts";

export interface FunctionApp {
  readonly artefact: Artefact;
  readonly app: App;
  readonly host: Host;
}

/** @throws {TypeError} when two functions of the artefact claim one route or one name. */
export function openFunctionApp(artefact: Artefact, options: ProcessHostOptions): FunctionApp {
  const host = processHost(artefact, options);
  return { artefact, host, app: openApp(artefact, host) };
}

/** What concerns no invocation that is known of. */
export function logError({ host }: FunctionApp, message: string, functionName = ""): void {
  const time = host.clock.now();
  host.log({ time, level: "error", message, function: functionName, invocation: "", traceparent: "" });
}

/** Where a resource is: what `<NAME>_URL` says, else what the artefact was built with. */
export function resourceUrl({ artefact, host }: FunctionApp, name: string): string | undefined {
  return host.configuration(urlVariable(name)) ?? artefact.drivers[name]?.url;
}

/** How often the host may hand an event to a function. */
export function mostAttempts({ host }: FunctionApp, { name }: FunctionEntry, usual: number): number {
  const said = jsonOf(host, attemptsSetting)[name];
  return Number.isSafeInteger(said) && Number(said) >= 1 ? Number(said) : usual;
}

export function expressionsOf({ host }: FunctionApp, { name }: FunctionEntry): readonly string[] {
  return listOf(jsonOf(host, schedulesSetting)[name]).map(String);
}

function jsonOf({ configuration }: Host, setting: string): Fields {
  return fieldsOf(JSON.parse(configuration(setting) ?? "{}"));
}

/** The balancer in front drops a request that is silent for longer. */
const requestMilliseconds = 230_000;

/** Epoch milliseconds at which the host ends an invocation that begins now; the host itself does not tell. */
export function deadlineOf({ host }: FunctionApp, kind: "http" | "event"): { readonly deadline?: number } {
  const said = host.configuration(timeoutSetting);
  const [, hours, minutes, seconds] = said === undefined ? [] : (/^(\d+):(\d\d):(\d\d)$/.exec(said) ?? []);
  const whole =
    hours === undefined
      ? Number.POSITIVE_INFINITY
      : ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
  const most = Math.min(whole, kind === "http" ? requestMilliseconds : Number.POSITIVE_INFINITY);
  if (most === Number.POSITIVE_INFINITY) return {};
  return { deadline: deadlineWithin(host.clock, most) };
}
