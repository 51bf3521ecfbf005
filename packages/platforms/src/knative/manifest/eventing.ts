// Eventing: a Broker that keeps events until they are handled, what feeds it, and a Trigger for each function.
import type { FunctionDescription } from "@faasade/core/adapter";
import { objectEventTypes } from "@faasade/core/adapter";
import { type ScheduleError, schedule, toKubernetes } from "@faasade/schedules";
import { objectName } from "../../shared/kubernetes/names.ts";
import { type KubernetesObject, selectorOf } from "../../shared/kubernetes/objects.ts";
import type { Plan, Pods } from "../../shared/kubernetes/plan.ts";
import { type Started, startedBy } from "../../shared/manifest/deployment.ts";
import { deadLetterPath } from "../paths.ts";

const eventing = "eventing.knative.dev/v1";
const sources = "sources.knative.dev/v1";
/** The extension by which a ping says which function it is for. */
const functionExtension = "faasadefunction";

export function brokerOf({ deployment }: Plan, deadLetters: Pods): KubernetesObject {
  const delivery = { deadLetterSink: sinkOf(deadLetters.name, deadLetterPath) };
  return { apiVersion: eventing, kind: "Broker", metadata: { name: deployment.app }, spec: { delivery } };
}

export function pingSourcesOf(plan: Plan): KubernetesObject[] {
  return startedBy(plan.deployment, "schedule").flatMap(({ fn, trigger }) => {
    const { expressions, timeZone } = convert(plan, fn, trigger);
    return expressions.map((expression, index) => ({
      apiVersion: sources,
      kind: "PingSource",
      metadata: {
        name: objectName(plan.refuse, plan.deployment.app, index === 0 ? fn.name : `${fn.name}-${index + 1}`),
      },
      spec: {
        schedule: expression,
        timezone: timeZone,
        contentType: "application/json",
        data: JSON.stringify({ job: `${plan.deployment.app}/${fn.name}` }),
        ceOverrides: { extensions: { [functionExtension]: fn.name } },
        sink: { ref: { apiVersion: eventing, kind: "Broker", name: plan.deployment.app } },
      },
    }));
  });
}

/** Of every function that events start: which ones, how often, and what becomes of those that are given up. */
export function triggersOf(plan: Plan, events: readonly Pods[], deadLetters: Pods): KubernetesObject[] {
  return events.flatMap((pods) =>
    pods.functions.flatMap((fn) => {
      const filters = filtersOf(plan, fn);
      if (filters === undefined) return [];
      const name = objectName(plan.refuse, plan.deployment.app, fn.name);
      return {
        apiVersion: eventing,
        kind: "Trigger",
        metadata: { name },
        spec: {
          broker: plan.deployment.app,
          filters,
          subscriber: sinkOf(pods.name, `/.faasade/events/${fn.name}`),
          delivery: {
            retry: fn.maxAttempts - 1,
            backoffPolicy: "exponential",
            backoffDelay: "PT1S",
            timeout: `PT${Math.ceil(fn.timeoutSeconds) + 10}S`,
            deadLetterSink: sinkOf(deadLetters.name, deadLetterPath),
          },
        },
      };
    }),
  );
}

/** Gives the intake the address of the Broker. */
export function sinkBindingOf({ deployment }: Plan, { name }: Pods): KubernetesObject {
  return {
    apiVersion: sources,
    kind: "SinkBinding",
    metadata: { name, labels: selectorOf(name) },
    spec: {
      subject: { apiVersion: "apps/v1", kind: "Deployment", name },
      sink: { ref: { apiVersion: eventing, kind: "Broker", name: deployment.app } },
    },
  };
}

/** Never narrower than what the function asks for itself, which is asked again when the event arrives. */
function filtersOf({ deployment }: Plan, { name, trigger }: FunctionDescription): object[] | undefined {
  if (trigger.kind === "schedule")
    return [{ exact: { type: "dev.knative.sources.ping" } }, { exact: { [functionExtension]: name } }];
  if (trigger.kind !== "object") return undefined;
  const { store, change, prefix, suffix } = trigger;
  const filters: object[] = [
    { exact: { type: objectEventTypes[change as keyof typeof objectEventTypes] } },
    { exact: { source: `/${deployment.app}/${store}` } },
  ];
  if (prefix !== undefined && prefix !== "") filters.push({ prefix: { subject: prefix } });
  const isPlain = (ending: string): boolean => /^[\w.-]+$/.test(ending);
  if (suffix !== undefined && suffix.length > 0 && suffix.every(isPlain)) {
    // The dialect `suffix` minds the case, and endings of keys are compared without.
    const endings = suffix.map(
      (ending) => `LOWER(subject) LIKE '%${ending.toLowerCase().replaceAll("_", "\\_")}'`,
    );
    filters.push({ cesql: endings.join(" OR ") });
  }
  return filters;
}

function sinkOf(name: string, uri: string): object {
  return { ref: { apiVersion: "serving.knative.dev/v1", kind: "Service", name }, uri };
}

function convert(
  plan: Plan,
  { name }: FunctionDescription,
  { cron, timeZone }: Started<"schedule">["trigger"],
) {
  try {
    return toKubernetes(schedule({ cron, timeZone }));
  } catch (error) {
    const { message } = error as ScheduleError;
    throw plan.refuse(name, message.replace(/\.$/, ""), "Write the schedule so that it can be said there");
  }
}
