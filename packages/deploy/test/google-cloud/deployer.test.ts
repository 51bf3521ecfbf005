// infra/gcp/deployer.yaml: what the commands of this package and of the scripts that builds write ask for, and no more.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { root } from "../costs/apps.ts";

const actAs = "iam.serviceAccounts.actAs";
const policyOf = (resource: string): readonly string[] => [
  `${resource}.getIamPolicy`,
  `${resource}.setIamPolicy`,
];
const nothing: readonly string[] = [];
/** Granted by the condition on the role projectIamAdmin. */
const byCondition = nothing;
/** Not the deployer's: the bucket goes with its data. */
const anOwners = nothing;

/** After Google's reference of permissions, by command. */
const permissions: Readonly<Record<string, readonly string[]>> = {
  "artifacts repositories create": ["artifactregistry.repositories.create"],
  "artifacts repositories delete": ["artifactregistry.repositories.delete"],
  "artifacts repositories describe": ["artifactregistry.repositories.get"],
  "artifacts repositories list": ["artifactregistry.repositories.list"],
  "auth list": nothing,
  "auth print-identity-token": nothing,
  "eventarc triggers create": ["eventarc.triggers.create", "eventarc.operations.get", actAs],
  "eventarc triggers delete": ["eventarc.triggers.delete", "eventarc.operations.get"],
  "eventarc triggers describe": ["eventarc.triggers.get"],
  "eventarc triggers list": ["eventarc.triggers.list"],
  "iam service-accounts add-iam-policy-binding": policyOf("iam.serviceAccounts"),
  "iam service-accounts create": ["iam.serviceAccounts.create"],
  "iam service-accounts delete": ["iam.serviceAccounts.delete"],
  "iam service-accounts describe": ["iam.serviceAccounts.get"],
  "iam service-accounts list": ["iam.serviceAccounts.list"],
  "logging read": ["logging.logEntries.list"],
  "projects add-iam-policy-binding": byCondition,
  "projects describe": ["resourcemanager.projects.get"],
  "projects remove-iam-policy-binding": byCondition,
  "pubsub subscriptions ack": ["pubsub.subscriptions.consume"],
  "pubsub subscriptions add-iam-policy-binding": policyOf("pubsub.subscriptions"),
  "pubsub subscriptions create": ["pubsub.subscriptions.create", "pubsub.topics.attachSubscription", actAs],
  "pubsub subscriptions delete": ["pubsub.subscriptions.delete"],
  "pubsub subscriptions describe": ["pubsub.subscriptions.get"],
  "pubsub subscriptions list": ["pubsub.subscriptions.list"],
  "pubsub subscriptions modify-message-ack-deadline": ["pubsub.subscriptions.consume"],
  "pubsub subscriptions pull": ["pubsub.subscriptions.consume"],
  "pubsub subscriptions update": ["pubsub.subscriptions.update", actAs],
  "pubsub topics add-iam-policy-binding": policyOf("pubsub.topics"),
  "pubsub topics create": ["pubsub.topics.create"],
  "pubsub topics delete": ["pubsub.topics.delete"],
  "pubsub topics describe": ["pubsub.topics.get"],
  "pubsub topics list": ["pubsub.topics.list"],
  "run deploy": anOwners,
  "run services add-iam-policy-binding": policyOf("run.services"),
  "run services delete": ["run.services.delete", "run.services.get"],
  "run services list": ["run.services.list"],
  "run services replace": [
    "run.services.create",
    "run.services.get",
    "run.services.update",
    "run.operations.get",
    actAs,
  ],
  "run services update": ["run.services.get", "run.services.update", "run.operations.get", actAs],
  "scheduler jobs create": ["cloudscheduler.jobs.create", actAs],
  "scheduler jobs delete": ["cloudscheduler.jobs.delete"],
  "scheduler jobs describe": ["cloudscheduler.jobs.get"],
  "scheduler jobs list": ["cloudscheduler.jobs.list"],
  "scheduler jobs update": ["cloudscheduler.jobs.update", actAs],
  "secrets add-iam-policy-binding": policyOf("secretmanager.secrets"),
  "secrets create": ["secretmanager.secrets.create", "secretmanager.versions.add"],
  "secrets delete": ["secretmanager.secrets.delete"],
  "secrets list": ["secretmanager.secrets.list"],
  "secrets versions describe": ["secretmanager.versions.get"],
  "services enable": ["serviceusage.services.enable", "serviceusage.services.get"],
  "storage buckets add-iam-policy-binding": policyOf("storage.buckets"),
  "storage buckets create": ["storage.buckets.create"],
  "storage buckets describe": ["storage.buckets.get"],
  "storage buckets list": ["storage.buckets.list"],
  "storage buckets update": ["storage.buckets.get", "storage.buckets.update"],
  "storage ls": ["storage.objects.list"],
  "storage rm": anOwners,
  "storage service-agent": ["resourcemanager.projects.get"],
};
/** docker and skopeo push with the deployer's sign-in. */
const pushing = [
  ...["artifactregistry.repositories.downloadArtifacts", "artifactregistry.repositories.uploadArtifacts"],
  ...["artifactregistry.tags.create", "artifactregistry.tags.update"],
];

const source = join(root, "packages/deploy/src/google-cloud");
const golden = join(root, "packages/platforms/test/google-cloud/golden");

/** In the code as lists of words, in scripts as lines. */
function commands(): ReadonlySet<string> {
  const found = new Set<string>();
  const take = (text: string, group: RegExp): void => {
    for (const [words] of text.matchAll(group)) {
      const plain = words.replaceAll(/[^a-z-]+/g, " ").trim();
      const known = Object.keys(permissions)
        .filter((one) => `${plain} `.startsWith(`${one} `))
        .sort((one, other) => other.length - one.length)[0];
      found.add(known ?? plain);
    }
  };
  const services =
    "artifacts|auth|eventarc|iam|logging|projects|pubsub|run|scheduler|secrets|services|storage";
  for (const file of readdirSync(source)) {
    const text = readFileSync(join(source, file), "utf8").replace(/\s+/g, "").replaceAll("[...[", "[");
    take(text, new RegExp(`\\["(${services})"(,"[a-z][a-z-]*")+`, "g"));
  }
  for (const packaging of readdirSync(golden)) {
    const text = readFileSync(join(golden, packaging, "deploy.sh"), "utf8").replaceAll("gcloud ", "\n");
    take(text, new RegExp(`^(${services}) [a-z][a-z-]+( [a-z][a-z-]+)?`, "gm"));
  }
  return found;
}

const { includedPermissions } = parse(readFileSync(join(root, "infra/gcp/deployer.yaml"), "utf8")) as {
  includedPermissions: readonly string[];
};

it("knows every command, and no other", () => {
  expect([...commands()].sort()).toEqual(Object.keys(permissions).sort());
});

it("holds what they ask for, and no more", () => {
  const asked = new Set([...Object.values(permissions).flat(), ...pushing]);
  expect([...includedPermissions].sort()).toEqual([...asked].sort());
});

it("grants nobody a role of the project but those that post events", () => {
  const text = readFileSync(join(root, "infra/gcp/up.sh"), "utf8");
  expect(text).not.toMatch(/roles\/(owner|editor)|\.admin\b/);
  expect(text).toMatch(
    /modifiedGrantsByRole", \[\]\)\.hasOnly\(\["roles\/eventarc\.eventReceiver", "roles\/pubsub\.publisher"\]\)/,
  );
  const granted = readdirSync(golden).flatMap((packaging) => {
    const script = readFileSync(join(golden, packaging, "deploy.sh"), "utf8");
    return [...script.matchAll(/gcloud projects add-iam-policy-binding[^>]*?--role=(\S+)/g)].map(
      ([, role]) => role,
    );
  });
  expect([...new Set(granted)].sort()).toEqual(["roles/eventarc.eventReceiver", "roles/pubsub.publisher"]);
});
