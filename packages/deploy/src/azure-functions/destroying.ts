// The steps that take a stage away: each thing that carries its tag, nothing before what uses it.
import { explain } from "../shared/explain.ts";
import { forEach, onlyShown } from "../shared/only-shown.ts";
import type { Place, StageId, Step } from "../target.ts";
import type { Az } from "./az.ts";
import { knownErrors, saysNotFound } from "./errors.ts";
import type { AzureResource, AzureStanding } from "./look.ts";

/** In this order; what is not named comes between them and the storage accounts. */
const first: readonly string[] = [
  "Microsoft.EventGrid/systemTopics",
  "Microsoft.Web/sites",
  "Microsoft.Web/serverfarms",
  "Microsoft.Insights/components",
  "Microsoft.OperationalInsights/workspaces",
];
const last: readonly string[] = ["Microsoft.Storage/storageAccounts", "Microsoft.Resources/resourceGroups"];

export function destroyingSteps({ resources }: AzureStanding, az: Az, deleteData: boolean): Step[] {
  return resources
    .filter(({ holdsData }) => deleteData || !holdsData)
    .toSorted((one, other) => rank(one) - rank(other))
    .map((one) => removalStep(one, az));
}

/** Where nobody could ask: what carries the tag is listed, and what is listed removed; then the group, if it is its own. */
export function unaskedSteps({ name }: StageId, az: Az, { group }: Place, deleteData: boolean): Step[] {
  const remove = (step: string, query: string): Step => {
    const list = ["resource", "list", "--tag", `faasade-deployment=${name}`];
    const ids = az.line([...list, "--query", `${query}.id`, "--output", "tsv"]);
    return onlyShown(step, forEach(ids, az.line(["resource", "delete", "--ids", "{}"])));
  };
  const isData = "type=='Microsoft.Storage/storageAccounts' && starts_with(name, 'data')";
  return [
    ...first.map((type) => remove(`remove-${type.split("/").at(-1)}`, `[?type=='${type}']`)),
    remove("remove-others", `[?!(${isData})]`),
    ...(deleteData ? [remove("remove-data", "[]")] : []),
    ...(deleteData && group === undefined
      ? [onlyShown("remove-group", az.line(["group", "delete", "--name", az.group, "--yes"]))]
      : []),
  ];
}

function rank({ type }: AzureResource): number {
  const early = first.indexOf(type);
  if (early !== -1) return early;
  return first.length + 1 + last.indexOf(type);
}

function removalStep({ id, name, type }: AzureResource, az: Az): Step {
  const args =
    type === "Microsoft.Resources/resourceGroups"
      ? ["group", "delete", "--name", name, "--yes"]
      : ["resource", "delete", "--ids", id];
  return {
    name: `remove-${type.split("/").at(-1)}-${name}`,
    command: az.line(args),
    async run(report) {
      const to = `remove ${type} ${name}`;
      const { ok, stderr } = await az.attempt(args, { to, report });
      if (ok) return "gone";
      // Somebody else, or an earlier run, was faster.
      if (saysNotFound(stderr)) return undefined;
      throw explain(to, stderr, knownErrors);
    },
  };
}
