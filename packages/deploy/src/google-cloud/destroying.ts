// The steps that take a stage away: each thing that carries its label, by kind, nothing before what uses it.
import { explain } from "../shared/explain.ts";
import { forEach, onlyShown } from "../shared/only-shown.ts";
import type { StageId, Step } from "../target.ts";
import { knownErrors, saysNotFound } from "./errors.ts";
import type { Gcloud } from "./gcloud.ts";
import { type KindName, kinds } from "./kinds.ts";
import type { GoogleResource, GoogleStanding } from "./look.ts";

export function destroyingSteps(standing: GoogleStanding, gcloud: Gcloud, deleteData: boolean): Step[] {
  const order = Object.keys(kinds) as KindName[];
  const going = standing.resources.filter(({ holdsData }) => deleteData || !holdsData);
  return going
    .toSorted((one, other) => order.indexOf(one.kind) - order.indexOf(other.kind))
    .flatMap((one) => [...(isSender(one) ? [bindingStep(one, gcloud)] : []), removalStep(one, gcloud)]);
}

/** Where nobody could ask: each kind is listed, and what it lists removed. */
export function unaskedSteps({ name }: StageId, gcloud: Gcloud, deleteData: boolean): Step[] {
  return (Object.keys(kinds) as KindName[])
    .filter((kind) => deleteData || !kinds[kind].holdsData)
    .map((kind) => {
      const { list, nameField, remove } = kinds[kind];
      const listed = gcloud.line([...list(name, gcloud), `--format=value(${nameField})`]);
      const commands = [...(kind === "account" ? [bindingArgs("{}", gcloud)] : []), remove("{}", gcloud)];
      return onlyShown(
        `remove-${kind}`,
        commands.map((args) => forEach(listed, gcloud.line(args))).join("\n"),
      );
    });
}

export function removalStep({ kind, name, type }: GoogleResource, gcloud: Gcloud): Step {
  const args = kinds[kind].remove(name, gcloud);
  return {
    name: `remove-${kind}-${name.split("/").at(-1)}`,
    command: gcloud.line(args),
    run: () => unlessGone(gcloud, args, `remove the ${type} ${name}`),
  };
}

function isSender({ kind, name }: GoogleResource): boolean {
  return kind === "account" && /-sender@|-[0-9a-f]{8}@/.test(name);
}

/** What the script granted it on the project would stay, for an account that is no more. */
function bindingStep({ name }: GoogleResource, gcloud: Gcloud): Step {
  const args = bindingArgs(name, gcloud);
  return {
    name: `remove-grant-${name.split("@")[0]}`,
    command: gcloud.line(args),
    run: () => unlessGone(gcloud, args, `take back what ${name} may do`),
  };
}

function bindingArgs(name: string, { project }: Gcloud): string[] {
  return [
    ...["projects", "remove-iam-policy-binding", project, `--member=serviceAccount:${name}`],
    ...["--role=roles/eventarc.eventReceiver", "--condition=None"],
  ];
}

/** Somebody else, or an earlier run, was faster. */
async function unlessGone(gcloud: Gcloud, args: readonly string[], to: string): Promise<string | undefined> {
  const { ok, stderr } = await gcloud.attempt(args, { to });
  if (ok) return "gone";
  if (saysNotFound(stderr)) return undefined;
  throw explain(to, stderr, knownErrors);
}
