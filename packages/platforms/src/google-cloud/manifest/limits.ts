// What Google Cloud cannot do is refused before anything is deployed; what it does otherwise is noted.
import type { FunctionDescription } from "@faasade/core/adapter";
import { checkSupport } from "../../shared/manifest/support.ts";
import type { SupportTable, TriggerKind } from "../../shared/platform.ts";
import { type Plan, startedBy } from "./plan.ts";
import { refused } from "./refusal.ts";

/**
 * Cloud Run waits an hour for an answer, Cloud Scheduler half of that, and Pub/Sub, which also carries Eventarc's
 * events, ten minutes: its longest acknowledgement deadline.
 * https://cloud.google.com/run/docs/configuring/request-timeout
 * https://cloud.google.com/scheduler/docs/reference/rest/v1/projects.locations.jobs
 * https://cloud.google.com/pubsub/docs/subscription-properties
 */
const mostSeconds: Readonly<Record<TriggerKind, number>> = {
  http: 3590,
  call: 3590,
  schedule: 1790,
  object: 590,
  message: 590,
};
/** https://cloud.google.com/pubsub/docs/dead-letter-topics */
export const attemptsOfPubSub = { least: 5, most: 100 };
/** https://cloud.google.com/scheduler/docs/reference/rest/v1/projects.locations.jobs#RetryConfig */
export const mostRetriesOfScheduler = 5;
/** https://cloud.google.com/storage/quotas: notification configurations of one bucket for one type of event. */
const mostTriggersOfBucket = 10;
/** A request without HTTP/2: https://cloud.google.com/run/quotas */
const mostBodyBytes = 32 << 20;

/** @throws {ManifestRefusal} for the first thing that cannot be. */
export function checkLimits(plan: Plan, triggers: SupportTable): void {
  for (const fn of plan.deployment.functions) {
    checkSupport(plan, triggers, fn);
    const most = mostSeconds[fn.trigger.kind];
    if (fn.timeoutSeconds > most)
      throw refused(
        fn.name,
        `it may take ${fn.timeoutSeconds} s, and started by ${fn.trigger.kind} it has ${most} s there`,
        "Lower timeoutSeconds and split the work into messages, or deploy it to a platform without that limit",
      );
    noteAttempts(plan, fn);
  }
  checkBuckets(plan);
  checkRoutes(plan);
}

function noteAttempts({ script }: Plan, { name, trigger, maxAttempts }: FunctionDescription): void {
  const { least, most } = attemptsOfPubSub;
  if (trigger.kind === "schedule" && maxAttempts > mostRetriesOfScheduler + 1)
    script.note(
      `${name}: a due time that fails is tried ${mostRetriesOfScheduler + 1} times, the most Cloud Scheduler does, not ${maxAttempts}.`,
    );
  const isPubSub = trigger.kind === "object" || trigger.kind === "message";
  if (isPubSub && (maxAttempts < least || maxAttempts > most))
    script.note(
      `${name}: an event that fails is delivered ${limited(maxAttempts)} times, not ${maxAttempts}: Pub/Sub takes ${least} to ${most}.`,
    );
  if (trigger.kind === "message" && trigger.batch !== undefined)
    script.note(`${name}: Pub/Sub pushes one message at a time, so a batch holds one.`);
}

/** What Pub/Sub takes that is nearest. */
export function limited(attempts: number): number {
  return Math.min(attemptsOfPubSub.most, Math.max(attemptsOfPubSub.least, attempts));
}

function checkBuckets(plan: Plan): void {
  const byBucket = Map.groupBy(
    startedBy(plan, "object"),
    ({ trigger }) => `${trigger.store} ${trigger.change}`,
  );
  for (const started of byBucket.values()) {
    const [, ...others] = started;
    const [{ trigger }] = started as [(typeof started)[number]];
    if (others.length < mostTriggersOfBucket) continue;
    throw refused(
      undefined,
      `${started.length} of its functions wait for objects ${trigger.change} in ${trigger.store}, and a bucket tells ${mostTriggersOfBucket}`,
      "Let one function take the event and send messages",
    );
  }
}

/** One origin per app, and what Cloud Run lets through to it. */
function checkRoutes(plan: Plan): void {
  const https = startedBy(plan, "http");
  if (plan.deployment.unit === "function" && https.length > 1)
    throw refused(
      undefined,
      `its ${https.length} http functions share one origin, and each Cloud Run service has its own`,
      "Build it with the unit app",
    );
  const routes = https.flatMap(({ fn, trigger }) => trigger.routes.map((route) => ({ ...route, fn })));
  for (const { fn, method, path, maxBodyBytes } of routes)
    if (maxBodyBytes > mostBodyBytes)
      plan.script.note(
        `${fn.name}: ${method} ${path} takes ${maxBodyBytes} bytes, but Cloud Run refuses requests of more than ${mostBodyBytes}.`,
      );
}
