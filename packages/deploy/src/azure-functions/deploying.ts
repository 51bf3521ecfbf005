// The steps of a deployment: a resource group, the template, the code, the template's subscriptions, what is remembered.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { quoted, runTool } from "../shared/tool.ts";
import type { Step, Wanted } from "../target.ts";
import type { Az } from "./az.ts";
import { knownErrors } from "./errors.ts";
import { type AzureStanding, ledgerTags } from "./look.ts";
import { type Given, givenTo } from "./parameters.ts";
import type { Template } from "./template.ts";

export function deployingSteps(wanted: Wanted, standing: AzureStanding, az: Az, template: Template): Step[] {
  const given = givenTo(template, wanted, standing);
  const subscribes = template.parameters.some(({ name }) => name === "codeIsThere");
  // What subscribes to events stays subscribed while new code is published.
  const codeIsThere = standing.ledger !== undefined;
  return [
    groupStep(wanted, az),
    templateStep("template", wanted, az, given, subscribes ? codeIsThere : undefined),
    publishStep(wanted, az),
    ...(subscribes && !codeIsThere ? [templateStep("subscriptions", wanted, az, given, true)] : []),
    rememberStep(wanted, az),
  ];
}

function groupStep({ id }: Wanted, az: Az): Step {
  const exists = ["group", "exists", "--name", az.group];
  const tags = [`faasade-app=${id.app}`, `faasade-stage=${id.stage}`, `faasade-deployment=${id.name}`];
  const create = ["group", "create", "--name", az.group, "--location", az.location, "--tags", ...tags];
  return {
    name: "group",
    command: `[ "$(${az.line(exists)})" = true ] || ${az.line([...create, "--output", "none"])}`,
    async run(report) {
      const to = `make the resource group ${az.group}`;
      if ((await az.run(exists, { to })).trim() === "true") return undefined;
      await az.run([...create, "--output", "none"], { to, report });
      return `made ${az.group}`;
    },
  };
}

function templateStep(
  name: string,
  { id, build }: Wanted,
  az: Az,
  given: readonly Given[],
  codeIsThere: boolean | undefined,
): Step {
  const file = join(build.folder, "main.bicep");
  const fixed = [
    ...["deployment", "group", "create", "--resource-group", az.group, "--name", id.name],
    ...["--template-file", file, "--output", "none", "--parameters", `location=${az.location}`],
    ...(codeIsThere === undefined ? [] : [`codeIsThere=${codeIsThere}`]),
  ];
  const open = given.filter(({ parameter }) => !parameter.isSecret);
  const secret = given.filter(({ parameter }) => parameter.isSecret);
  const args = [...fixed, ...open.map(({ parameter, value }) => `${parameter.name}=${value}`)];
  const shown = secret.map(({ parameter }) => ` ${parameter.name}="$${parameter.variable}"`).join("");
  return {
    name,
    command: `${az.line(args)}${shown}`,
    async run(report) {
      // What is secret stands on no command line, where every user of the machine may read it.
      const folder = await mkdtemp(join(tmpdir(), "faasade-azure-"));
      const secrets = join(folder, "parameters.json");
      const values = secret.map(({ parameter, value }) => [parameter.name, { value }]);
      try {
        await writeFile(secrets, JSON.stringify({ parameters: Object.fromEntries(values) }), { mode: 0o600 });
        const all = secret.length === 0 ? args : [...args, `@${secrets}`];
        await az.run(all, { to: `deploy the template of ${id.name}`, report });
        return `${az.group} is as the template says`;
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  };
}

function siteNameArgs(id: Wanted["id"], az: Az): string[] {
  return [
    ...["deployment", "group", "show", "--resource-group", az.group, "--name", id.name],
    ...["--query", "properties.outputs.siteName.value", "--output", "tsv"],
  ];
}

function publishStep({ id, build }: Wanted, az: Az): Step {
  return {
    name: "publish",
    command: `(cd ${quoted(build.folder)} && func azure functionapp publish "$(${az.line(siteNameArgs(id, az))})" --no-build)`,
    async run(report) {
      const to = `publish the code of ${id.name}`;
      const site = (await az.run(siteNameArgs(id, az), { to })).trim();
      const args = ["azure", "functionapp", "publish", site, "--no-build"];
      await runTool("func", args, { to, cwd: build.folder, report }, knownErrors);
      return `published to ${site}`;
    },
  };
}

/** Last: whoever finds a stage without it knows that its deployment was cut off. */
function rememberStep({ id, ledger }: Wanted, az: Az): Step {
  const tags = Object.entries(ledgerTags(ledger)).map(([name, value]) => `${name}=${value}`);
  const ask = [
    ...["resource", "list", "--tag", `faasade-deployment=${id.name}`],
    ...["--query", "[?type=='Microsoft.Web/sites'].id | [0]", "--output", "tsv"],
  ];
  const update = (site: string): string[] => [
    ...["tag", "update", "--resource-id", site, "--operation", "Merge"],
    ...["--tags", ...tags, "--output", "none"],
  ];
  return {
    name: "remember",
    command: az.line(update("SITE")).replace("SITE", `"$(${az.line(ask)})"`),
    async run(report) {
      const to = `note the deployment at ${id.name}`;
      await az.run(update((await az.run(ask, { to })).trim()), { to, report });
      return "the function app remembers it";
    },
  };
}
