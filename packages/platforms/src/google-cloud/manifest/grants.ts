// The least that a service's account needs, from its functions' grants and nothing else.
import type { Grant } from "@faasade/core/adapter";
import { addBinding, placeOf } from "./places.ts";
import { emailOf, memberOf, type Plan, type Service } from "./plan.ts";

type Roles = Readonly<Partial<Record<Grant["access"], string>>>;

/**
 * On one bucket or topic. What an event says of an object is in the event: a trigger reads nothing. To overwrite is to
 * delete as well; of the roles that can do both and read nothing, this one may also list.
 * https://cloud.google.com/storage/docs/access-control/iam-roles
 */
const roles: Readonly<Record<string, Roles>> = {
  "object-store": {
    read: "roles/storage.objectViewer",
    write: "roles/storage.legacyBucketWriter",
    readWrite: "roles/storage.objectUser",
  },
  queue: { send: "roles/pubsub.publisher" },
  topic: { send: "roles/pubsub.publisher" },
};

export function addAccounts(plan: Plan): void {
  const { script, services, sender, deployment } = plan;
  for (const { account, name } of services) addAccount(plan, account, `Cloud Run service ${name}`);
  if (services.some(({ serves }) => serves === "events"))
    addAccount(plan, sender, `Posts events to ${deployment.app} on ${deployment.stage}`);
  for (const service of services)
    for (const grant of service.functions.flatMap(({ grants }) => grants)) addGrant(plan, service, grant);
  script.add("apis", "gcloud services enable run.googleapis.com iam.googleapis.com");
}

/** An account carries no labels: its description says whose it is. */
function addAccount({ script, labels }: Plan, account: string, purpose: string): void {
  const email = `"${emailOf(account)}"`;
  const about = `--display-name='${purpose.slice(0, 100)}' --description='faasade-deployment=${labels["faasade-deployment"]}'`;
  script.ensure(
    "accounts",
    `gcloud iam service-accounts describe ${email}`,
    `gcloud iam service-accounts create ${account} ${about}`,
  );
}

function addGrant(plan: Plan, { account }: Service, grant: Grant): void {
  if (grant.kind === "secret") return;
  const { name, service } = placeOf(plan, grant);
  const role = roles[grant.kind]?.[grant.access];
  if (service !== undefined && grant.access === "call") addCaller(plan, service, account);
  if (name === undefined || role === undefined) return;
  if (grant.kind === "object-store")
    addBinding(plan, "storage buckets", `"gs://${name}"`, memberOf(account), role);
  else addBinding(plan, "pubsub topics", `"${name}"`, memberOf(account), role);
}

/** Lets an account post to a service. */
export function addCaller({ script }: Plan, { name }: Service, account: string): void {
  script.add("callers", invoker(name, memberOf(account)));
}

export function invoker(service: string, member: string): string {
  return `gcloud run services add-iam-policy-binding ${service} --region="$REGION" \\
    --member=${member} --role=roles/run.invoker > /dev/null`;
}
