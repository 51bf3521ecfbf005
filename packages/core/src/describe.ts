// A function as data: what tools, manifests and pages need to know of it, and nothing that runs.

import type { Auth, Value } from "./auth/auth.ts";
import { type AnyFunction, defaultMaxAttempts, defaultTimeoutSeconds } from "./function.ts";
import type { Access } from "./resource/resource.ts";
import { type SettingReference, settingVariable } from "./resource/settings.ts";
import { defaultMaxBodyBytes } from "./trigger/http.ts";

export interface FunctionDescription {
  readonly name: string;
  readonly trigger: TriggerDescription;
  readonly timeoutSeconds: number;
  readonly maxAttempts: number;
  /** Everything the function may touch, what starts it and secrets of `auth` included. */
  readonly grants: readonly Grant[];
  readonly settings: readonly SettingDescription[];
  readonly once?: string;
}

export type TriggerDescription =
  | { readonly kind: "http"; readonly routes: readonly RouteDescription[] }
  | {
      readonly kind: "schedule";
      readonly cron: string;
      readonly timeZone: string;
      readonly misfire: "skip" | "once" | "all";
    }
  | {
      readonly kind: "object";
      readonly store: string;
      readonly change: string;
      readonly prefix?: string;
      readonly suffix?: readonly string[];
    }
  | {
      readonly kind: "message";
      readonly source: string;
      readonly sourceKind: "queue" | "topic";
      readonly format: "cloudevents" | "raw";
      readonly batch?: { readonly size: number; readonly windowSeconds: number };
    }
  | { readonly kind: "call" };

export interface RouteDescription {
  readonly method: string;
  readonly path: string;
  readonly auth: "public" | "platform" | "jwt" | "signature";
  readonly maxBodyBytes: number;
}

export interface Grant {
  /** `object-store`, `sql`, `queue`, `topic`, `function`, `secret`. */
  readonly kind: string;
  readonly name: string;
  readonly access: Access | "trigger";
}

export interface SettingDescription {
  readonly variable: string;
  readonly description: string;
  readonly default?: unknown;
}

export function describeFunction(fn: AnyFunction): FunctionDescription {
  const uses = Object.values(fn.uses ?? {});
  const settings = uses.flatMap((use) => ("fields" in use ? Object.entries(use.fields) : []));
  return {
    name: fn.name,
    trigger: describeTrigger(fn.trigger),
    timeoutSeconds: fn.timeoutSeconds ?? defaultTimeoutSeconds,
    maxAttempts: fn.maxAttempts ?? defaultMaxAttempts,
    grants: grantsOf(fn),
    settings: settings.map(([name, field]) => ({
      variable: settingVariable(name),
      description: field.description,
      ...("default" in field ? { default: field.default } : {}),
    })),
    ...(fn.once === undefined ? {} : { once: fn.once.in }),
  };
}

function describeTrigger(trigger: AnyFunction["trigger"]): TriggerDescription {
  switch (trigger.kind) {
    case "http":
      return {
        kind: "http",
        routes: trigger.routes.map(({ pattern, auth, maxBodyBytes }) => ({
          method: pattern.method,
          path: pattern.path,
          auth: typeof auth === "string" ? auth : auth.kind,
          maxBodyBytes: maxBodyBytes ?? defaultMaxBodyBytes,
        })),
      };
    case "schedule":
      return { kind: "schedule", cron: trigger.cron, timeZone: trigger.timeZone, misfire: trigger.misfire };
    case "object":
      return { kind: "object", store: trigger.store.name, change: trigger.change, ...trigger.filter };
    case "message": {
      const { source, batch } = trigger;
      return {
        kind: "message",
        source: source.name,
        sourceKind: source.kind,
        format: source.format,
        ...(batch === undefined ? {} : { batch }),
      };
    }
    case "call":
      return { kind: "call" };
  }
}

function grantsOf(fn: AnyFunction): Grant[] {
  const grants = new Map<string, Grant>();
  const grant = (one: Grant): void => void grants.set(`${one.kind}:${one.name}:${one.access}`, one);
  const { trigger } = fn;
  if (trigger.kind === "object")
    grant({ kind: trigger.store.kind, name: trigger.store.name, access: "trigger" });
  if (trigger.kind === "message")
    grant({ kind: trigger.source.kind, name: trigger.source.name, access: "trigger" });
  if (trigger.kind === "http")
    for (const { auth } of trigger.routes)
      for (const name of secretsOf(auth)) grant({ kind: "secret", name, access: "read" });
  for (const use of Object.values(fn.uses ?? {})) {
    if ("resource" in use) grant({ kind: use.resource.kind, name: use.resource.name, access: use.access });
    else if (use.kind === "secret") grant({ kind: "secret", name: use.name, access: "read" });
  }
  return [...grants.values()];
}

function secretsOf(auth: Auth): string[] {
  if (typeof auth === "string") return [];
  const values: readonly (Value | SettingReference | undefined)[] =
    auth.kind === "jwt" ? [auth.issuer, auth.audience, auth.jwksUrl] : auth.secrets;
  return values.flatMap((value) =>
    typeof value === "object" && value.kind === "secret" ? [value.name] : [],
  );
}
