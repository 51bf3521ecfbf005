// Stands for gcloud, as a program of its own: keeps what was created, with its labels, and answers lists as gcloud does.
// It knows nothing of IAM, regions or quotas; what it should refuse, a test says in GCLOUD_REFUSES.
import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { parse } from "yaml";

interface Thing {
  readonly kind: string;
  readonly name: string;
  labels: Record<string, string>;
  readonly more: Record<string, unknown>;
}

const folder = process.env["DOUBLE_FOLDER"] ?? "";
const file = `${folder}/state.json`;
const words = process.argv.slice(2);
appendFileSync(`${folder}/log`, `${JSON.stringify(words)}\n`);

const things: Thing[] = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : [];
const save = (): void => writeFileSync(file, JSON.stringify(things));
const flags = new Map(
  words
    .filter((word) => word.startsWith("--"))
    .map((word) => {
      const at = word.indexOf("=");
      return at === -1 ? [word.slice(2), ""] : [word.slice(2, at), word.slice(at + 1)];
    }),
);
const plain = words.filter((word) => !word.startsWith("--"));
const verbs = [
  "describe",
  "create",
  "list",
  "delete",
  "undelete",
  "create-oidc",
  "update-oidc",
  "update",
  "replace",
  "rm",
  "read",
  "pull",
  "ack",
  "deploy",
];
const at = plain.findIndex((word) => verbs.includes(word) || /^(add|remove|print|modify)-/.test(word));
const verb = plain[at] ?? "";
const kind = plain.slice(0, at).join(" ");
const name = (
  (kind === "billing budgets" ? flags.get("display-name") : undefined) ??
  flags.get("secret") ??
  plain.slice(at + 1).find((word) => !["http", "latest"].includes(word)) ??
  ""
)
  .replace(/^gs:\/\//, "")
  .split("/")
  .at(-1) as string;

const [pattern, saying] = (process.env["GCLOUD_REFUSES"] ?? "").split(" => ");
if (pattern && new RegExp(pattern).test(words.join(" "))) refuse(saying ?? "");

const find = (): Thing | undefined =>
  things.find((one) => one.kind === kindOf() && idOf(one) === name.split("@")[0]);
const found = find();

if (kind === "projects" && verb === "describe") print("123456789012");
else if (kind === "auth" && verb === "list") print("dev@example.org");
else if (kind === "auth") print("token-of-double");
else if (words[0] === "version") print("540.0.0");
else if (words[0] === "storage" && words[1] === "ls") print("");
else if (kind === "storage" && words[1] === "service-agent") print("service-1@gs.iam.gserviceaccount.com");
else if (kind === "services" || /-iam-policy-binding$/.test(verb)) process.exit(0);
else if (kind === "logging") print(kept("log-entries.json"));
else if (verb === "pull") print(kept("dead-letters.json"));
else if (verb === "list" && kind === "billing budgets")
  for (const { name } of things.filter((one) => one.kind === kind)) print(name);
else if (verb === "list") print(JSON.stringify(listed()));
else if (verb === "describe") describe();
else if (verb === "create" || verb === "create-oidc") {
  add(kindOf(), name.split("@")[0] ?? "", labelsIn(flags.get("labels")));
} else if (verb === "replace") replace();
else if (verb === "update") {
  Object.assign(found?.labels ?? {}, labelsIn(flags.get("update-labels")));
  save();
} else if (verb === "undelete") {
  Object.assign(found?.labels ?? {}, { state: "ACTIVE" });
  save();
} else if (verb === "delete" && (kind === "iam workload-identity-pools" || kind === "iam roles")) {
  if (found === undefined || found.labels["state"] === "DELETED")
    refuse(`ERROR: NOT_FOUND: no such ${kind}.`);
  // It is kept for a while, and so is its name.
  Object.assign((found as Thing).labels, { state: "DELETED" });
  save();
} else if (verb === "delete" || verb === "rm") {
  if (found === undefined) refuse(`ERROR: NOT_FOUND: ${name} could not be found.`);
  things.splice(things.indexOf(found as Thing), 1);
  save();
}

/** What a test laid down. */
function kept(name: string): string {
  return existsSync(`${folder}/${name}`) ? readFileSync(`${folder}/${name}`, "utf8") : "[]";
}

function kindOf(): string {
  return kind === "storage" ? "storage buckets" : kind.replace(" versions", "");
}

function idOf(thing: Thing): string {
  return thing.name;
}

function add(
  kind: string,
  name: string,
  labels: Record<string, string>,
  more: Record<string, unknown> = {},
): void {
  if (things.some((one) => one.kind === kind && one.name === name)) refuse(`ERROR: ALREADY_EXISTS: ${name}`);
  const sender = flags.get("oidc-service-account-email");
  things.push({
    kind,
    name,
    labels,
    more: {
      ...more,
      ...(flags.has("description") ? { description: flags.get("description") } : {}),
      ...(sender === undefined ? {} : { httpTarget: { oidcToken: { serviceAccountEmail: sender } } }),
    },
  });
  save();
}

function replace(): void {
  const { metadata, spec } = parse(readFileSync(plain[at + 1] ?? "", "utf8"));
  const before = things.findIndex((one) => one.kind === "run services" && one.name === metadata.name);
  if (before !== -1) things.splice(before, 1);
  add("run services", metadata.name, { ...metadata.labels }, { spec });
}

function describe(): void {
  if (found === undefined) refuse(`ERROR: NOT_FOUND: ${name}`);
  const format = flags.get("format") ?? "";
  if (format === "value(state)") print(found?.labels["state"] ?? "ACTIVE");
  else if (format === "value(location)") print("EUROPE-WEST1");
  else if (format === "value(labels)") print(Object.values(found?.labels ?? {}).join(";"));
  else if (format === "value(deleted)") print(found?.labels["state"] === "DELETED" ? "True" : "");
  else if (format.includes("subscription")) print(`projects/acme/subscriptions/eventarc-${name}`);
}

function listed(): unknown[] {
  const filter = flags.get("filter") ?? "";
  const [, stage] = /faasade-deployment=([\w-]+)/.exec(filter) ?? [];
  const sender = /serviceAccountEmail~(.*)$/.exec(filter)?.[1];
  return things
    .filter((one) => one.kind === kindOf())
    .filter(({ labels, more }) => {
      if (filter.startsWith("description=")) return more["description"] === `faasade-deployment=${stage}`;
      if (sender !== undefined) {
        const { httpTarget } = more as { httpTarget: { oidcToken: { serviceAccountEmail: string } } };
        return new RegExp(sender).test(httpTarget.oidcToken.serviceAccountEmail);
      }
      return labels["faasade-deployment"] === stage;
    })
    .map(({ name, labels, more, kind }) => {
      if (kind === "run services") {
        const url = process.env["GCLOUD_SERVICE_URL"] ?? `https://${name}.run.app`;
        const conditions = [{ type: "Ready", status: "True" }];
        return { metadata: { name, labels }, status: { url, conditions }, ...more };
      }
      if (kind === "iam service-accounts") return { email: `${name}@acme.iam.gserviceaccount.com` };
      return { name: kind === "storage buckets" ? name : `projects/acme/things/${name}`, labels };
    });
}

function labelsIn(text = ""): Record<string, string> {
  return Object.fromEntries(
    text
      .split(",")
      .filter(Boolean)
      .map((one) => one.split("=") as [string, string]),
  );
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

function refuse(saying: string): never {
  process.stderr.write(`${saying}\n`);
  process.exit(1);
}
