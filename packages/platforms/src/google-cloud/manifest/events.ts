// What delivers events: Eventarc, Pub/Sub and Cloud Scheduler, each with its retries, and the dead letters.
import { ScheduleError, schedule, toGoogle } from "@faasade/schedules";
import { scheduleBody } from "../scheduled.ts";
import { addCaller } from "./grants.ts";
import { limited, mostRetriesOfScheduler } from "./limits.ts";
import { physicalName } from "./names.ts";
import { addBinding, placeOf } from "./places.ts";
import { emailOf, labelFlag, memberOf, type Plan, pathOf, type Started, startedBy, urlOf } from "./plan.ts";
import { refused } from "./refusal.ts";
import { command, quote } from "./script.ts";

const objectTypes: Readonly<Record<string, string>> = {
  created: "google.cloud.storage.object.v1.finalized",
  removed: "google.cloud.storage.object.v1.deleted",
};
/** Pub/Sub waits so long for an answer at least and at most. */
const acknowledgement = { least: 10, most: 600 };
/** For the answer to go out after the function's own time is over. */
const spareSeconds = 10;
const pubSubAgent = `"serviceAccount:service-\${PROJECT_NUMBER}@gcp-sa-pubsub.iam.gserviceaccount.com"`;

export function addEvents(plan: Plan): void {
  const objects = startedBy(plan, "object");
  const messages = startedBy(plan, "message");
  const schedules = startedBy(plan, "schedule");
  for (const { service } of [...objects, ...messages, ...schedules]) addCaller(plan, service, plan.sender);
  if (objects.length + messages.length > 0) addDeadLetters(plan);
  if (objects.length > 0) addObjectSources(plan);
  for (const started of objects) addObjectTrigger(plan, started);
  for (const started of messages) addSubscription(plan, started);
  for (const started of schedules) addJobs(plan, started);
}

function deadLettersOf({ labels }: Plan): string {
  return `${labels["faasade-deployment"]}-dead-letters`;
}

/** What is sent to a topic without a subscription is gone, so one keeps it for whoever looks. */
function addDeadLetters(plan: Plan): void {
  const { script } = plan;
  const name = deadLettersOf(plan);
  script.add("apis", "gcloud services enable pubsub.googleapis.com");
  script.ensure(
    "topics",
    `gcloud pubsub topics describe ${name}`,
    `gcloud pubsub topics create ${name} ${labelFlag(plan)}`,
  );
  script.ensure(
    "topics",
    `gcloud pubsub subscriptions describe ${name}`,
    command(
      `gcloud pubsub subscriptions create ${name} --topic=${name}`,
      "--message-retention-duration=7d --expiration-period=never",
      labelFlag(plan),
    ),
  );
  addBinding(plan, "pubsub topics", name, pubSubAgent, "roles/pubsub.publisher");
  // Pub/Sub makes the tokens that it posts with.
  addBinding(
    plan,
    "iam service-accounts",
    `"${emailOf(plan.sender)}"`,
    pubSubAgent,
    "roles/iam.serviceAccountTokenCreator",
  );
}

/** How events of Pub/Sub come again, and where they end. A subscription lets Pub/Sub move them there. */
function deliveryFlags(plan: Plan, { fn }: Started<"object"> | Started<"message">): string[] {
  const seconds = Math.min(
    acknowledgement.most,
    Math.max(acknowledgement.least, Math.ceil(fn.timeoutSeconds) + spareSeconds),
  );
  return [
    `--ack-deadline=${seconds} --min-retry-delay=10s --max-retry-delay=600s`,
    `--dead-letter-topic=${deadLettersOf(plan)} --max-delivery-attempts=${limited(fn.maxAttempts)}`,
    "--message-retention-duration=7d --expiration-period=never",
  ];
}

function mayGiveUp(subscription: string): string {
  return `gcloud pubsub subscriptions add-iam-policy-binding ${subscription} \\
    --member=${pubSubAgent} --role=roles/pubsub.subscriber > /dev/null`;
}

function addObjectSources(plan: Plan): void {
  plan.script.add("apis", "gcloud services enable eventarc.googleapis.com storage.googleapis.com");
  addBinding(plan, "projects", '"$PROJECT_ID"', memberOf(plan.sender), "roles/eventarc.eventReceiver");
  const storageAgent = `"serviceAccount:$(gcloud storage service-agent)"`;
  addBinding(plan, "projects", '"$PROJECT_ID"', storageAgent, "roles/pubsub.publisher");
}

/** A trigger lives where its bucket is. Its subscription is Eventarc's own, and is told here where to give up. */
function addObjectTrigger(plan: Plan, started: Started<"object">): void {
  const { fn, trigger, service } = started;
  const name = physicalName(plan.labels["faasade-deployment"], fn.name, "trigger", 63);
  const bucket = placeOf(plan, { kind: "object-store", name: trigger.store }).name;
  const create = command(
    `gcloud eventarc triggers create ${name} --location="$location"`,
    `--destination-run-service=${service.name} --destination-run-region="$REGION"`,
    `--destination-run-path=${pathOf(fn)}`,
    `--event-filters=type=${objectTypes[trigger.change]} --event-filters="bucket=${bucket}"`,
    `--event-data-content-type=application/json --service-account="${emailOf(plan.sender)}"`,
    labelFlag(plan),
  );
  plan.script.add(
    "objects",
    `location=$(gcloud storage buckets describe "gs://${bucket}" --format='value(location)' | tr '[:upper:]' '[:lower:]')
there gcloud eventarc triggers describe ${name} --location="$location" ||
  ${create}
subscription=$(gcloud eventarc triggers describe ${name} --location="$location" --format='value(transport.pubsub.subscription)')
${command('gcloud pubsub subscriptions update "$subscription"', ...deliveryFlags(plan, started))}
${mayGiveUp('"$subscription"')}`,
  );
}

/** A subscription per function: of several that wait for one topic each gets every message. */
function addSubscription(plan: Plan, started: Started<"message">): void {
  const { fn, trigger, service } = started;
  const name = physicalName(plan.labels["faasade-deployment"], fn.name, "subscription", 255);
  const topic = placeOf(plan, { kind: trigger.sourceKind, name: trigger.source }).name;
  const flags = [
    `--push-endpoint="${urlOf(service)}${pathOf(fn)}"`,
    `--push-auth-service-account="${emailOf(plan.sender)}" --push-auth-token-audience="${urlOf(service)}"`,
    ...deliveryFlags(plan, started),
  ];
  plan.script.ensure(
    "messages",
    `gcloud pubsub subscriptions describe ${name}`,
    command(`gcloud pubsub subscriptions create ${name} --topic="${topic}"`, ...flags, labelFlag(plan)),
    command(`gcloud pubsub subscriptions update ${name}`, ...flags, labelFlag(plan, "--update-labels")),
  );
  plan.script.add("messages", mayGiveUp(name));
}

/** A job carries no labels: its name begins with the deployment's. It has no dead letters either: the log says what was lost. */
function addJobs(plan: Plan, { fn, trigger, service }: Started<"schedule">): void {
  plan.script.add("apis", "gcloud services enable cloudscheduler.googleapis.com");
  const { expressions, timeZone } = convert(fn.name, trigger);
  for (const [index, expression] of expressions.entries()) {
    const part = index === 0 ? fn.name : `${fn.name}-${index + 1}`;
    const name = physicalName(plan.labels["faasade-deployment"], part, "job", 500);
    const seconds = Math.min(1800, Math.max(15, Math.ceil(fn.timeoutSeconds) + spareSeconds));
    const flags = [
      `--schedule=${quote(expression)} --time-zone=${timeZone}`,
      `--uri="${urlOf(service)}${pathOf(fn)}" --http-method=post`,
      `--message-body=${quote(scheduleBody(plan.deployment.app, fn.name))}`,
      `--oidc-service-account-email="${emailOf(plan.sender)}" --oidc-token-audience="${urlOf(service)}"`,
      `--attempt-deadline=${seconds}s --max-retry-attempts=${Math.min(fn.maxAttempts - 1, mostRetriesOfScheduler)}`,
      "--min-backoff=10s --max-backoff=600s",
      `--description=${quote(`${fn.name}: ${trigger.cron}`.slice(0, 500))}`,
    ];
    const json = "Content-Type=application/json";
    plan.script.ensure(
      "schedules",
      `gcloud scheduler jobs describe ${name} --location="$REGION"`,
      command(
        `gcloud scheduler jobs create http ${name} --location="$REGION"`,
        ...flags,
        `--headers=${json}`,
      ),
      command(
        `gcloud scheduler jobs update http ${name} --location="$REGION"`,
        ...flags,
        `--update-headers=${json}`,
      ),
    );
  }
}

function convert(name: string, { cron, timeZone }: { readonly cron: string; readonly timeZone: string }) {
  try {
    return toGoogle(schedule({ cron, timeZone }));
  } catch (error) {
    if (!(error instanceof ScheduleError)) throw error;
    throw refused(name, error.message.replace(/\.$/, ""), "Write the schedule so that it can be said there");
  }
}
