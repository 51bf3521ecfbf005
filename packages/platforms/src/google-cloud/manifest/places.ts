// Where each resource is: created with the app, one that exists, or somewhere that the operator names.
import { type Grant, urlVariable } from "@faasade/core/adapter";
import { isForeign, resourceOf } from "../../shared/manifest/deployment.ts";
import { physicalName, plain, variableOf } from "./names.ts";
import { labelFlag, type Plan, pathOf, type Service, urlOf } from "./plan.ts";
import { refused } from "./refusal.ts";
import { command } from "./script.ts";

export interface Place {
  /** The text of `<RESOURCE>_URL`; absent where that is a secret, as what an URL of another maker may hold is one. */
  readonly url?: string;
  /** What the script calls it: a bucket or topic, of which the shell expands the variable. */
  readonly name?: string;
  /** The service behind a function of the app. */
  readonly service?: Service;
}

type Named = Pick<Grant, "kind" | "name">;

const places: Readonly<Record<string, (plan: Plan, named: Named) => Place>> = {
  "object-store/gcs": (plan, { name }) => placeOfBucket(plan, name),
  "queue/pubsub": (plan, { name }) => placeOfTopic(plan, name),
  "topic/pubsub": (plan, { name }) => placeOfTopic(plan, name),
  "function/http": placeOfFunction,
};

/** Their data lives beside the process, and a container of Cloud Run has nothing beside it that stays. */
const localDrivers = new Set(["file", "pglite"]);

/** What a driver signs in with, where the service's own account does not do that. */
export const credentials: Readonly<Record<string, readonly string[]>> = {
  s3: ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"],
};

/**
 * Where a resource is. What has to be created goes into the script, with a variable to use another instead.
 * @throws {ManifestRefusal} for a driver that cannot work there.
 */
export function placeOf(plan: Plan, named: Named): Place {
  const { kind, name, driver } = resourceOf(plan, named);
  if (localDrivers.has(driver)) {
    const user = plan.deployment.functions.find(({ grants }) =>
      grants.some((grant) => grant.kind === kind && grant.name === name),
    );
    throw refused(
      user?.name,
      `its ${kind} ${name} is built with the ${driver} driver, and what that writes is gone with the container`,
      `Build it with another driver for ${name}`,
    );
  }
  return places[`${kind}/${driver}`]?.(plan, { kind, name }) ?? {};
}

/** Names of buckets are the world's, so the project's is a part of it; all may have 63 characters, a project's id 30. */
function placeOfBucket(plan: Plan, store: string): Place {
  const { script, labels } = plan;
  const variable = variableOf(store, "BUCKET");
  const place: Place = { url: `gs://\${${variable}}`, name: `\${${variable}}` };
  if (isForeign(plan, store)) {
    script.need(variable, `The bucket of ${store}, which another app deploys.`);
    return place;
  }
  const own = physicalName(labels["faasade-deployment"], store, `bucket of ${store}`, 32);
  script.choose(
    variable,
    `\${PROJECT_ID}-${own}`,
    `The bucket of ${store}; one that exists is used as it is.`,
  );
  const bucket = `"gs://${place.name}"`;
  script.ensure(
    "stores",
    `gcloud storage buckets describe ${bucket}`,
    // Labels tell what was made here and may be removed with it: a bucket that was there gets none.
    `{ gcloud storage buckets create ${bucket} --location="$REGION" --uniform-bucket-level-access --public-access-prevention &&
    gcloud storage buckets update ${bucket} ${labelFlag(plan, "--update-labels")}; }`,
  );
  // gcloud labels what is there only: killed in between, a run leaves one that no label tells of.
  script.add(
    "stores",
    `if [ "${place.name}" = "\${PROJECT_ID}-${own}" ] && cut_off ${bucket}; then
  gcloud storage buckets update ${bucket} ${labelFlag(plan, "--update-labels")}
fi`,
  );
  return place;
}

function placeOfTopic(plan: Plan, topic: string): Place {
  const { script, labels } = plan;
  const variable = variableOf(topic, "TOPIC");
  const place: Place = { url: `pubsub://\${${variable}}?project=\${PROJECT_ID}`, name: `\${${variable}}` };
  if (isForeign(plan, topic)) {
    script.need(variable, `The topic ${topic} in this project, which another app deploys.`);
    return place;
  }
  const own = physicalName(labels["faasade-deployment"], topic, `topic ${topic}`, 255);
  script.choose(variable, own, `The topic ${topic}; one that exists is used as it is.`);
  script.ensure(
    "topics",
    `gcloud pubsub topics describe "${place.name}"`,
    `gcloud pubsub topics create "${place.name}" ${labelFlag(plan)}`,
  );
  return place;
}

function placeOfFunction(plan: Plan, { name }: Named): Place {
  const { script, services } = plan;
  if (isForeign(plan, name)) {
    const variable = urlVariable(name);
    script.need(variable, `The URL of the function ${name}, which another app deploys.`);
    return { url: `\${${variable}}` };
  }
  const own = name.slice(name.indexOf("/") + 1);
  const service = services.find(({ functions }) => functions.some((fn) => fn.name === own));
  if (service !== undefined) return { url: `${urlOf(service)}${pathOf({ name: own })}`, service };
  throw refused(undefined, `it calls ${name}, which it does not have`, "Deploy that function with it");
}

/** The name of a secret in Secret Manager, and the check that it is there: its value is the operator's alone to see. */
export function secretName(plan: Plan, variable: string, meaning: string): string {
  const name = `${plan.labels["faasade-deployment"]}-${plain(variable)}`;
  plan.script.add(
    "secrets",
    `if ! there gcloud secrets versions describe latest --secret=${name}; then
  echo "Cannot deploy: the secret ${name} has no version. It is ${meaning}. Store it:" >&2
  echo "  gcloud secrets create ${name} --replication-policy=automatic ${labelFlag(plan)} --data-file=-" >&2
  exit 1
fi`,
  );
  return name;
}

export function addBinding(plan: Plan, what: string, thing: string, member: string, role: string): void {
  const flags = [
    `--member=${member}`,
    `--role=${role}`,
    ...(what === "projects" ? ["--condition=None"] : []),
  ];
  plan.script.add(
    "grants",
    `${command(`gcloud ${what} add-iam-policy-binding ${thing}`, ...flags)} > /dev/null`,
  );
}
