// The environment of a pod: only what its functions may read, from one ConfigMap and from one Secret of the operator's.
import { type FunctionDescription, type Grant, urlVariable } from "@faasade/core/adapter";
import { credentialsOf, isUrlSecret } from "../manifest/credentials.ts";
import { resourceOf } from "../manifest/deployment.ts";
import type { Plan, Pods } from "./plan.ts";

export interface Variable {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: object;
}

/** How long after SIGTERM what has begun may take, longer than any of it. */
export function drainSecondsOf({ timeoutSeconds }: Pods): number {
  return timeoutSeconds + 5;
}

export function environmentOf(plan: Plan, pods: Pods): Variable[] {
  const { role, functions } = pods;
  const drain = { name: "FAASADE_DRAIN_SECONDS", value: String(drainSecondsOf(pods)) };
  const itself = [{ name: "FAASADE_SERVE", value: role as string }, drain];
  if (role === "dead-letters") return itself;
  if (role === "intake") return [...itself, ...intakeVariables(plan, functions)];
  return [...itself, ...variablesOf(plan, functions)];
}

/** Of the functions alone: what one run of a schedule needs, too. Each variable once. */
export function variablesOf(plan: Plan, functions: readonly FunctionDescription[]): Variable[] {
  const variables = new Map<string, Variable>();
  const add = (variable: Variable): void => {
    // What one function must have is not made optional by another.
    if (!isRequired(variables.get(variable.name))) variables.set(variable.name, variable);
  };
  if (plan.deployment.functions.some(({ trigger }) => trigger.kind === "http"))
    add(setting(plan, "PUBLIC_URL", true));
  for (const { trigger, grants, settings } of functions) {
    if (trigger.kind === "http" && trigger.routes.some(({ auth }) => auth === "platform"))
      add(secret(plan, "FAASADE_GATEWAY_SECRET", false));
    for (const variable of grants.flatMap((grant) => variablesOfGrant(plan, grant))) add(variable);
    for (const one of settings) add(setting(plan, one.variable, "default" in one));
  }
  return [...variables.values()];
}

/** Databases and brokers know no identity of a pod: their URLs hold a password as a rule. */
const driversWithPasswords: readonly string[] = ["mqtt", "pg", "sql"];

export function isSecretUrl(plan: Plan, grant: Grant): boolean {
  return isUrlSecret(grant) || driversWithPasswords.includes(resourceOf(plan, grant).driver);
}

/** Where a resource is, and what it is opened with. */
function variablesOfGrant(plan: Plan, grant: Grant): Variable[] {
  const { kind, name } = grant;
  const isSecret = kind === "secret" || isSecretUrl(plan, grant);
  const place = kind === "secret" ? name : urlVariable(name);
  return [
    (isSecret ? secret : setting)(plan, place, false),
    ...credentialsOf(grant, (one) => resourceOf(plan, one).driver).map((one) => secret(plan, one, true)),
  ];
}

/** The intake reads where stores are, and touches none. */
function intakeVariables(plan: Plan, functions: readonly FunctionDescription[]): Variable[] {
  const waits = functions.flatMap(({ name, trigger }) => {
    if (trigger.kind !== "object") return [];
    const { store, change, prefix, suffix } = trigger;
    const filter = {
      ...(prefix === undefined ? {} : { prefix }),
      ...(suffix === undefined ? {} : { suffix }),
    };
    return [{ function: name, store, change, filter }];
  });
  const urls = [...new Set(waits.map(({ store }) => urlVariable(store)))];
  return [
    { name: "FAASADE_INTAKE", value: JSON.stringify(waits) },
    secret(plan, "FAASADE_INTAKE_SECRET", false),
    ...urls.map((name) => setting(plan, name, false)),
    ...plan.deliveries.flatMap((grant) => variablesOfGrant(plan, grant)),
  ];
}

function setting({ deployment }: Plan, name: string, optional: boolean): Variable {
  return {
    name,
    valueFrom: { configMapKeyRef: { name: deployment.app, key: name, ...(optional ? { optional } : {}) } },
  };
}

function secret({ deployment }: Plan, name: string, optional: boolean): Variable {
  return {
    name,
    valueFrom: { secretKeyRef: { name: deployment.app, key: name, ...(optional ? { optional } : {}) } },
  };
}

function isRequired(variable: Variable | undefined): boolean {
  return variable !== undefined && !JSON.stringify(variable).includes('"optional":true');
}
