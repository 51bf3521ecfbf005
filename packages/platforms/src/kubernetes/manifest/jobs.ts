// Schedules as CronJobs: a due time is a Job, and a Job that fails is tried again by Kubernetes.
import { type ScheduleError, schedule, toKubernetes } from "@faasade/schedules";
import { variablesOf } from "../../shared/kubernetes/environment.ts";
import { objectName } from "../../shared/kubernetes/names.ts";
import { type KubernetesObject, selectorOf } from "../../shared/kubernetes/objects.ts";
import { imageOf, type Plan } from "../../shared/kubernetes/plan.ts";
import { containerOf, nodesOf, podOf } from "../../shared/kubernetes/pod.ts";
import { type Started, startedBy } from "../../shared/manifest/deployment.ts";

/** How late a run may start, in seconds. The controller looks every 10 s, so less than that is never. */
const lateSeconds = { skip: 60, once: 24 * 3600, all: 24 * 3600 } as const;
/** Between the retries of a Job: 10 s, twice as long each time, at most six minutes. */
const longestBackOffSeconds = 360;
const spareSeconds = 60;

export function cronJobsOf(plan: Plan): KubernetesObject[] {
  return startedBy(plan.deployment, "schedule").flatMap((started) => {
    const { expressions, timeZone } = convert(plan, started);
    return expressions.map((expression, index) => {
      const part = index === 0 ? started.fn.name : `${started.fn.name}-${index + 1}`;
      const name = objectName(plan.refuse, plan.deployment.app, part);
      return cronJobOf(plan, started, { name, expression, timeZone });
    });
  });
}

function cronJobOf(
  plan: Plan,
  { fn, trigger }: Started<"schedule">,
  {
    name,
    expression,
    timeZone,
  }: { readonly name: string; readonly expression: string; readonly timeZone: string },
): KubernetesObject {
  const labels = selectorOf(name);
  const label = "metadata.labels['batch.kubernetes.io/job-name']";
  const environment = [
    { name: "FAASADE_RUN", value: fn.name },
    { name: "FAASADE_JOB", valueFrom: { fieldRef: { fieldPath: label } } },
    ...variablesOf(plan, [fn]),
  ];
  return {
    apiVersion: "batch/v1",
    kind: "CronJob",
    metadata: { name, labels },
    spec: {
      schedule: expression,
      timeZone,
      concurrencyPolicy: "Forbid",
      startingDeadlineSeconds: lateSeconds[trigger.misfire],
      successfulJobsHistoryLimit: 3,
      failedJobsHistoryLimit: 10,
      jobTemplate: {
        metadata: { labels },
        spec: {
          backoffLimit: fn.maxAttempts - 1,
          activeDeadlineSeconds: longestSeconds(fn),
          podFailurePolicy: {
            rules: [
              // What a process says when to try again would not help.
              { action: "FailJob", onExitCodes: { containerName: "app", operator: "In", values: [2] } },
              // A node that goes away is no attempt of the function's.
              { action: "Ignore", onPodConditions: [{ type: "DisruptionTarget", status: "True" }] },
            ],
          },
          template: {
            metadata: { labels },
            spec: {
              ...podOf(plan),
              ...nodesOf(plan),
              restartPolicy: "Never",
              terminationGracePeriodSeconds: 30,
              containers: [containerOf({ image: imageOf(plan, fn) }, environment)],
            },
          },
        },
      },
    },
  };
}

/** All attempts, and what lies between them. */
function longestSeconds({ maxAttempts, timeoutSeconds }: Started<"schedule">["fn"]): number {
  const pauses = Array.from({ length: maxAttempts - 1 }, (_, index) =>
    Math.min(longestBackOffSeconds, 10 * 2 ** index),
  );
  const waiting = pauses.reduce((sum, seconds) => sum + seconds, 0);
  return maxAttempts * (Math.ceil(timeoutSeconds) + spareSeconds) + waiting;
}

function convert(plan: Plan, { fn, trigger }: Started<"schedule">) {
  try {
    return toKubernetes(schedule({ cron: trigger.cron, timeZone: trigger.timeZone }));
  } catch (error) {
    const { message } = error as ScheduleError;
    throw plan.refuse(fn.name, message.replace(/\.$/, ""), "Write the schedule so that it can be said there");
  }
}
