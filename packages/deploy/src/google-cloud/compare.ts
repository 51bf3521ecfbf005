// What a deployment to Google Cloud would change, and what somebody has to provide before.
import type { Change, Need, Wanted } from "../target.ts";
import type { Gcloud } from "./gcloud.ts";
import { kinds, labelsOf } from "./kinds.ts";
import type { GoogleStanding } from "./look.ts";
import { createdBy, type Script } from "./script.ts";
import { variablesOf } from "./variables.ts";

export function compare(wanted: Wanted, standing: GoogleStanding, gcloud: Gcloud, script: Script): Change[] {
  const created = createdBy(script, variablesOf(wanted, standing, gcloud, script).all);
  const isSame = standing.ledger?.build === wanted.ledger.build;
  const lastPart = (name: string): string => name.split("/").at(-1)?.split("@")[0] ?? name;
  const changes = created.map(({ kind, name }): Change => {
    const { type } = kinds[kind];
    const stands = standing.resources.some((one) => one.kind === kind && lastPart(one.name) === name);
    if (!stands) return { what: "create", type, name };
    if (kind !== "service" || isSame) return { what: "unchanged", type, name };
    return { what: "change", type, name, detail: "another build" };
  });
  const known = new Set(created.map(({ kind, name }) => `${kind} ${name}`));
  const gone = standing.resources.filter(
    ({ kind, name }) =>
      !["account", "repository", "secret"].includes(kind) && !known.has(`${kind} ${lastPart(name)}`),
  );
  return [
    ...changes,
    ...gone.map(
      ({ type, name, holdsData }): Change =>
        holdsData
          ? { what: "orphan", type, name, detail: "it stays, with its data" }
          : { what: "remove", type, name },
    ),
  ];
}

/** Variables that the target says itself. */
const own = /^(PROJECT_ID|REGION|\w+_IMAGE)$/;

export async function needs(
  wanted: Wanted,
  standing: GoogleStanding,
  gcloud: Gcloud,
  script: Script,
): Promise<Need[]> {
  const { given } = variablesOf(wanted, standing, gcloud, script);
  const variables = script.needed
    .filter(({ variable }) => !own.test(variable))
    .map(({ variable, meaning }): Need => {
      const kind = variable.endsWith("_URL") ? "url" : "setting";
      const isThere = Boolean(given[variable]);
      return {
        name: variable,
        kind,
        state: isThere ? "there" : "missing",
        detail: isThere ? "as it was said" : meaning,
        ...(isThere ? {} : { fix: `Say --set ${variable}=<value>` }),
      };
    });
  return [
    ...variables,
    ...(await Promise.all(script.secrets.map((one) => secretNeed(one, wanted, standing, gcloud)))),
  ];
}

async function secretNeed(
  { name, meaning, store }: Script["secrets"][number],
  { id }: Wanted,
  standing: GoogleStanding,
  gcloud: Gcloud,
): Promise<Need> {
  const to = `look for the secret ${name}`;
  const asked = ["secrets", "versions", "describe", "latest", `--secret=${name}`];
  const isThere = standing.state !== "unknown" && (await gcloud.attempt(asked, { to })).ok;
  const variable = /the value of (\w+)/.exec(meaning)?.[1];
  const detail = `the secret ${name} of Secret Manager: ${meaning}`;
  const need = { name: variable ?? name, kind: variable === undefined ? "url" : "secret", detail } as const;
  if (isThere) return { ...need, state: "there" };
  return {
    ...need,
    state: "missing",
    fix: `printf %s '<value>' | ${store} --project=${gcloud.project}`,
    ...(variable === undefined ? {} : { create: createStep(name, labelsOf(id), gcloud) }),
  };
}

/** Its value is seen by nobody, and it goes with the stage. */
function createStep(name: string, labels: string, gcloud: Gcloud) {
  const args = [
    ...["secrets", "create", name, "--replication-policy=automatic"],
    ...[`--labels=${labels}`, "--data-file=-"],
  ];
  return {
    name: `secret-${name}`,
    command: `openssl rand -base64 32 | tr -d '\\n' | ${gcloud.line(args)}`,
    async run() {
      const { randomBytes } = await import("node:crypto");
      const to = `make the secret ${name}`;
      const asked = ["secrets", "versions", "describe", "latest", `--secret=${name}`];
      if ((await gcloud.attempt(asked, { to })).ok) return undefined;
      await gcloud.run(["services", "enable", "secretmanager.googleapis.com"], { to });
      await gcloud.run(args, { to, input: randomBytes(32).toString("base64") });
      return `made ${name}, 32 random bytes`;
    },
  };
}
