// The steps of a deployment: images, then the sections of the script that the build wrote, then what is remembered.
import { quoted, runTool } from "../shared/tool.ts";
import type { Step, Wanted } from "../target.ts";
import { removalStep } from "./destroying.ts";
import { knownErrors } from "./errors.ts";
import type { Gcloud } from "./gcloud.ts";
import { imageSteps } from "./images.ts";
import { ledgerLabels } from "./ledger-labels.ts";
import type { GoogleStanding } from "./look.ts";
import { createdBy, type Script } from "./script.ts";
import { variablesOf } from "./variables.ts";

export function deployingSteps(
  wanted: Wanted,
  standing: GoogleStanding,
  gcloud: Gcloud,
  script: Script,
): Step[] {
  const created = createdBy(script, variablesOf(wanted, standing, gcloud, script).all);
  const isWanted = ({ kind, name }: { kind: string; name: string }): boolean =>
    ["account", "repository", "secret"].includes(kind) ||
    created.some((one) => one.kind === kind && name.split("/").at(-1) === one.name);
  const gone = standing.resources.filter((one) => !one.holdsData && !isWanted(one));
  const services = created.filter(({ kind }) => kind === "service").map(({ name }) => name);
  return [
    ...imageSteps(wanted, gcloud),
    settingsStep(wanted, standing, gcloud, script),
    ...script.sections.map((section, index) => sectionStep(index, section, wanted, standing, gcloud, script)),
    ...gone.map((one) => removalStep(one, gcloud)),
    ...services.map((service) => rememberStep(service, wanted, gcloud)),
  ];
}

/** Commands of the shell that the steps after it stand on. */
function settingsStep(wanted: Wanted, standing: GoogleStanding, gcloud: Gcloud, script: Script): Step {
  const { given } = variablesOf(wanted, standing, gcloud, script);
  const exports = Object.entries(given).map(([name, value]) => `export ${name}=${quoted(value)}`);
  return {
    name: "settings",
    command: [...exports, script.preamble].join("\n"),
    async run(report) {
      await runScript(script.preamble, given, { to: `read the project ${gcloud.project}`, report });
      return `${Object.keys(given).length} variables`;
    },
  };
}

function sectionStep(
  index: number,
  { title, commands }: Script["sections"][number],
  wanted: Wanted,
  standing: GoogleStanding,
  gcloud: Gcloud,
  script: Script,
): Step {
  return {
    name: `script-${index + 1}`,
    command: `# ${title}.\n${commands}`,
    async run(report) {
      const { given } = variablesOf(wanted, standing, gcloud, script);
      const to = `run "${title}" of deploy.sh`;
      await runScript(`${script.preamble}\n${commands}\n`, given, { to, report });
      return title.toLowerCase();
    },
  };
}

async function runScript(
  text: string,
  environment: Readonly<Record<string, string>>,
  call: { readonly to: string; readonly report: (line: string) => void },
): Promise<void> {
  await runTool("sh", ["-s"], { ...call, input: text, environment }, knownErrors);
}

/** Last: whoever finds a stage without it knows that its deployment was cut off. */
function rememberStep(service: string, { ledger }: Wanted, gcloud: Gcloud): Step {
  const labels = Object.entries(ledgerLabels(ledger)).map(([name, value]) => `${name}=${value}`);
  const args = [
    ...["run", "services", "update", service, `--region=${gcloud.region}`],
    `--update-labels=${labels.join(",")}`,
  ];
  return {
    name: `remember-${service}`,
    command: gcloud.line(args),
    async run(report) {
      await gcloud.run(args, { to: `note the deployment at ${service}`, report });
      return `${service} remembers it`;
    },
  };
}
