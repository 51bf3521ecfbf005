// What each function of a build is started by, what it may touch, and why: its trigger, or its `uses`.

import type { BuildResult } from "@faasade/build";
import type { FunctionDescription, Grant, TriggerDescription } from "@faasade/core/adapter";

export interface FunctionPermissions {
  readonly function: string;
  readonly startedBy: string;
  readonly may: readonly Permission[];
}

export interface Permission {
  /** `read object-store photos by s3`. */
  readonly what: string;
  readonly why: string;
}

export function permissionsOf({
  functions,
  resources,
}: Pick<BuildResult, "functions" | "resources">): FunctionPermissions[] {
  const driverOf = ({ kind, name }: Grant): string | undefined =>
    resources.find((one) => one.kind === kind && one.name === name)?.driver;
  return functions.map((fn) => ({
    function: fn.name,
    startedBy: startedBy(fn.trigger),
    may: fn.grants.map((grant) => permissionOf(fn, grant, driverOf(grant))),
  }));
}

const verbs: Readonly<Record<Grant["access"], string>> = {
  read: "read",
  write: "write",
  readWrite: "read and write",
  send: "send to",
  call: "call",
  trigger: "be started by",
};

function permissionOf(
  fn: FunctionDescription,
  { kind, name, access }: Grant,
  driver: string | undefined,
): Permission {
  const by = driver === undefined ? "" : ` by ${driver}`;
  return { what: `${verbs[access]} ${kind} ${name}${by}`, why: whyOf(fn, kind, access) };
}

function whyOf({ trigger, once }: FunctionDescription, kind: string, access: Grant["access"]): string {
  if (access === "trigger") return "its trigger";
  if (kind === "secret" && trigger.kind === "http") return "its uses, or the auth of its routes";
  return once === undefined ? "its uses" : "its uses, once among them";
}

function startedBy(trigger: TriggerDescription): string {
  switch (trigger.kind) {
    case "http":
      return trigger.routes.map(({ method, path, auth }) => `${method} ${path} (${auth})`).join(", ");
    case "schedule":
      return `schedule ${trigger.cron} ${trigger.timeZone}`;
    case "object": {
      const { prefix, suffix = [] } = trigger;
      const keys = [...(prefix === undefined ? [] : [`below ${prefix}`]), ...suffix.map((one) => `*${one}`)];
      return `objects ${trigger.change} in ${trigger.store}${keys.length === 0 ? "" : ` (${keys.join(", ")})`}`;
    }
    case "message":
      return `messages of the ${trigger.sourceKind} ${trigger.source}`;
    case "call":
      return "calls by name";
  }
}
