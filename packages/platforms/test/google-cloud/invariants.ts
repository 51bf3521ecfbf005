// What holds for every deployment to Google Cloud, whatever the app.
import { urlVariable } from "@faasade/core/adapter";
import { expect } from "vitest";
import type { Deployment } from "../../src/shared/platform.ts";
import { filesOf } from "./deployments.ts";

interface ServiceFile {
  readonly metadata: { readonly name: string; readonly labels: object };
  readonly spec: {
    readonly template: {
      readonly metadata: { readonly labels: object };
      readonly spec: {
        readonly serviceAccountName: string;
        readonly timeoutSeconds: number;
        readonly containers: readonly {
          readonly env: readonly { readonly name: string; readonly value?: string }[];
        }[];
      };
    };
  };
}

/** On things of this deployment; those on the project are Google's own way to deliver, and no service's. */
const knownRoles = new Set([
  "roles/eventarc.eventReceiver",
  "roles/iam.serviceAccountTokenCreator",
  "roles/pubsub.publisher",
  "roles/pubsub.subscriber",
  "roles/run.invoker",
  "roles/secretmanager.secretAccessor",
  "roles/storage.legacyBucketWriter",
  "roles/storage.objectUser",
  "roles/storage.objectViewer",
]);

export function checkDeployment(deployment: Deployment): void {
  const files = filesOf(deployment);
  const script = String(files.get("deploy.sh"));
  const commands = script.replaceAll(/ \\\n\s*/g, " ").split("\n");
  const services = [...files.values()].filter((content) => typeof content === "object") as ServiceFile[];
  for (const service of services) checkService(deployment, service, commands);
  checkLabels(deployment, commands);
  checkDelivery(deployment, commands);
  for (const [role] of script.matchAll(/roles\/[\w.]+/g)) expect([...knownRoles]).toContain(role);
}

const labelsOf = ({ app, stage }: Deployment) => ({
  "faasade-app": app,
  "faasade-stage": stage,
  "faasade-deployment": `${app}-${stage}`,
});

function checkService(
  deployment: Deployment,
  { metadata, spec }: ServiceFile,
  commands: readonly string[],
): void {
  const { name } = metadata;
  expect(metadata.labels).toEqual(labelsOf(deployment));
  expect(spec.template.metadata.labels).toEqual(labelsOf(deployment));
  const env = new Map(spec.template.spec.containers[0]?.env.map((one) => [one.name, one]));
  const serves = env.get("FAASADE_SERVE")?.value;
  const its = deployment.functions.filter((fn) =>
    deployment.unit === "app"
      ? (fn.trigger.kind === "http") === (serves === "http")
      : name === `${deployment.app}-${deployment.stage}-${fn.name}`,
  );
  expect(its, `${name} runs something`).not.toEqual([]);
  for (const { trigger, timeoutSeconds } of its) {
    expect(trigger.kind === "http").toBe(serves === "http");
    expect(spec.template.spec.timeoutSeconds).toBeGreaterThan(timeoutSeconds);
  }
  const isHttp = deployment.functions.some(({ trigger }) => trigger.kind === "http");
  const wanted = its.flatMap(({ grants, settings }) => [
    ...grants.map((grant) => (grant.kind === "secret" ? grant.name : urlVariable(grant.name))),
    ...settings.map(({ variable }) => variable),
  ]);
  const own = [...env.keys()].filter(
    (variable) => !["FAASADE_CALLERS", "PLATFORM_INVOKERS"].includes(variable),
  );
  const always = ["FAASADE_SERVE", "GOOGLE_CLOUD_PROJECT", ...(isHttp ? ["PUBLIC_URL"] : [])];
  expect(own.sort()).toEqual([...new Set([...wanted, ...always])].sort());
  for (const secret of its.flatMap(({ grants }) => grants.filter(({ kind }) => kind === "secret")))
    expect(env.get(secret.name)).not.toHaveProperty("value");

  const auths = its.flatMap(({ trigger }) =>
    trigger.kind === "http" ? trigger.routes.map(({ auth }) => auth) : [],
  );
  const asksPlatform = auths.includes("platform");
  const guarded = asksPlatform && auths.every((auth) => auth === "platform");
  const isPublic = commands.some(
    (one) => one.includes(`binding ${name} `) && one.includes("--member=allUsers"),
  );
  expect(isPublic, `${name} is public`).toBe(serves === "http" && !guarded);
  const looks = guarded ? "iam" : "identity-tokens";
  expect(env.get("FAASADE_CALLERS")?.value).toBe(asksPlatform ? looks : undefined);
  expect(env.has("PLATFORM_INVOKERS"), `${name} names its callers`).toBe(asksPlatform && !guarded);
  checkRights(deployment, its, spec.template.spec.serviceAccountName, commands);
}

/** The account may do what its functions were granted, and nothing else. */
function checkRights(
  deployment: Deployment,
  its: Deployment["functions"],
  account: string,
  commands: readonly string[],
): void {
  const bound = commands.filter((one) => one.includes(`"serviceAccount:${account}"`));
  const granted = its.flatMap(({ grants }) => grants);
  const driverOf = (kind: string, name: string) =>
    deployment.resources.find((one) => one.kind === kind && one.name === name)?.driver;
  const asks = (kind: string, driver: string, access: string): boolean =>
    granted.some((one) => one.kind === kind && one.access === access && driverOf(kind, one.name) === driver);
  const may = (role: string): boolean => bound.some((one) => one.includes(`--role=${role} `));
  expect(may("roles/storage.objectViewer")).toBe(asks("object-store", "gcs", "read"));
  expect(may("roles/storage.legacyBucketWriter")).toBe(asks("object-store", "gcs", "write"));
  expect(may("roles/storage.objectUser")).toBe(asks("object-store", "gcs", "readWrite"));
  expect(may("roles/pubsub.publisher")).toBe(
    asks("queue", "pubsub", "send") || asks("topic", "pubsub", "send"),
  );
  expect(may("roles/run.invoker")).toBe(
    granted.some(({ kind, name }) => kind === "function" && !name.startsWith("other/")),
  );
  expect(bound.filter((one) => one.startsWith("gcloud projects "))).toEqual([]);
}

function checkLabels(deployment: Deployment, commands: readonly string[]): void {
  const labels = Object.entries(labelsOf(deployment))
    .map(([name, value]) => `${name}=${value}`)
    .join(",");
  const labelled = /gcloud (pubsub topics|pubsub subscriptions|eventarc triggers|run) (create|deploy) /;
  for (const one of commands) if (labelled.test(one)) expect(one).toContain(`--labels=${labels}`);
  const buckets = commands.filter((one) => one.includes("gcloud storage buckets update"));
  for (const one of buckets) expect(one).toContain(`--update-labels=${labels}`);
}

/** Nothing that fails is lost: each way to start a function by an event has its retries, and says where they end. */
function checkDelivery({ app, stage, functions }: Deployment, commands: readonly string[]): void {
  const prefix = `${app}-${stage}`;
  const about = (pattern: string) => commands.filter((one) => new RegExp(pattern).test(one));
  for (const { name, trigger, timeoutSeconds } of functions) {
    if (trigger.kind === "schedule") {
      const jobs = about(`scheduler jobs (create|update) http ${prefix}-${name}(-\\d+)? `);
      expect(jobs.length, name).toBeGreaterThanOrEqual(2);
      for (const job of jobs) {
        expect(Number(/--max-retry-attempts=(\d+)/.exec(job)?.[1])).toBeLessThanOrEqual(5);
        expect(Number(/--attempt-deadline=(\d+)s/.exec(job)?.[1])).toBeGreaterThan(timeoutSeconds);
        expect(job).toContain("--oidc-service-account-email=");
      }
    }
    if (trigger.kind !== "object" && trigger.kind !== "message") continue;
    const deliveries =
      trigger.kind === "message"
        ? about(`subscriptions (create|update) ${prefix}-${name} `)
        : about(`subscriptions update "\\$subscription" `);
    expect(deliveries.length, name).toBeGreaterThan(0);
    if (trigger.kind === "object")
      expect(
        about(`triggers create ${prefix}-${name} .*--destination-run-path=/.faasade/events/${name} `),
      ).toHaveLength(1);
    for (const one of deliveries) {
      expect(one).toContain(`--dead-letter-topic=${prefix}-dead-letters`);
      const attempts = Number(/--max-delivery-attempts=(\d+)/.exec(one)?.[1]);
      expect(attempts >= 5 && attempts <= 100, one).toBe(true);
      const deadline = Number(/--ack-deadline=(\d+)/.exec(one)?.[1]);
      expect(deadline >= 10 && deadline <= 600, one).toBe(true);
      if (trigger.kind === "message") expect(deadline).toBeGreaterThan(timeoutSeconds);
    }
    expect(about(`subscriptions create ${prefix}-dead-letters --topic=${prefix}-dead-letters`)).toHaveLength(
      1,
    );
  }
}
