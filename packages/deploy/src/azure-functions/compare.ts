// What a deployment to Azure would change, and what somebody has to provide before.
import type { Change, Need, Step, Wanted } from "../target.ts";
import type { Az } from "./az.ts";
import type { AzureStanding } from "./look.ts";
import { givenTo } from "./parameters.ts";
import { ownParameters, type Template } from "./template.ts";

/** By type: names are made by Azure from the group's, so those that stand are counted off. */
export function compare(wanted: Wanted, standing: AzureStanding, template: Template): Change[] {
  const isSame = standing.ledger?.build === wanted.ledger.build;
  const left = standing.resources.filter(({ type }) => type !== "Microsoft.Resources/resourceGroups");
  const changes = template.resources.map(({ symbol, type }): Change => {
    const at = left.findIndex((one) => one.type === type && one.holdsData === symbol.startsWith("data"));
    const found = left[at] ?? left.find((one) => one.type === type);
    if (found === undefined) return { what: "create", type, name: symbol };
    left.splice(left.indexOf(found), 1);
    return isSame
      ? { what: "unchanged", type, name: found.name }
      : { what: "change", type, name: found.name, detail: "another build" };
  });
  return [
    ...changes,
    ...left.map(
      ({ type, name }): Change => ({ what: "orphan", type, name, detail: "no longer in the template" }),
    ),
  ];
}

export async function needs(
  wanted: Wanted,
  standing: AzureStanding,
  az: Az,
  template: Template,
): Promise<Need[]> {
  const given = givenTo(template, wanted, standing);
  const asked = template.parameters.filter(({ name, isNeeded }) => isNeeded && !ownParameters.includes(name));
  const variables = asked.map(({ name, variable, description, isSecret }): Need => {
    const isThere = given.some(({ parameter }) => parameter.name === name);
    const shown = name === "clientId" || name === "vaultName" ? name : variable;
    return {
      name: shown,
      kind: isSecret ? "url" : "setting",
      state: isThere ? "there" : "missing",
      detail: description,
      ...(isThere ? {} : { fix: `Say --set ${shown}=<value>${hints[name] ?? ""}` }),
    };
  });
  const vault = given.find(({ parameter }) => parameter.name === "vaultName")?.value;
  const secrets = template.secrets.map((one) => secretNeed(one, vault, standing, az));
  return [...variables, ...(await Promise.all(secrets))];
}

const hints: Readonly<Record<string, string>> = {
  vaultName: "; infra/azure makes a vault",
  clientId: "; infra/azure registers the application",
};

async function secretNeed(
  { name, variable }: Template["secrets"][number],
  vault: string | undefined,
  standing: AzureStanding,
  az: Az,
): Promise<Need> {
  const detail = `the secret ${name} of the key vault ${vault ?? "(vaultName)"}`;
  const need = { name: variable, kind: "secret", detail } as const;
  if (vault === undefined)
    return { ...need, state: "missing", fix: "Name the vault first: --set vaultName=<name>" };
  const show = ["keyvault", "secret", "show", "--vault-name", vault, "--name", name, "--query", "id"];
  const to = `look for the secret ${name}`;
  if (standing.state !== "unknown" && (await az.attempt(show, { to })).ok) return { ...need, state: "there" };
  return {
    ...need,
    state: "missing",
    fix: az.line(["keyvault", "secret", "set", "--vault-name", vault, "--name", name, "--file", "<file>"]),
    create: createStep(vault, name, show, az),
  };
}

/** Its value is seen by nobody, and it goes with the vault. */
function createStep(vault: string, name: string, show: readonly string[], az: Az): Step {
  const set = (file: string): string[] => [
    ...["keyvault", "secret", "set", "--vault-name", vault, "--name", name],
    ...["--file", file, "--output", "none"],
  ];
  return {
    name: `secret-${name}`,
    command: `(umask 077; trap 'rm -f secret.tmp' EXIT; openssl rand -base64 32 | tr -d '\\n' > secret.tmp && ${az.line(set("secret.tmp"))})`,
    async run() {
      const to = `make the secret ${name}`;
      if ((await az.attempt(show, { to })).ok) return undefined;
      const { withSecretFile } = await import("./secret-file.ts");
      await withSecretFile((file) => az.run(set(file), { to }));
      return `made ${name}, 32 random bytes`;
    },
  };
}
