// The steps from what stands to nothing, or to what holds data.
import { forEach, onlyShown } from "../shared/only-shown.ts";
import type { DestroyOptions, Place, StageId, Standing, Step } from "../target.ts";
import { deleteStep } from "./deploying.ts";
import type { Kubectl } from "./kubectl.ts";
import { ledgerName, rememberState } from "./ledger-object.ts";
import { derived, strangersIn, typesArguments } from "./look.ts";
import { dataTypes, holdsData, type ObjectName, objectsOf } from "./objects.ts";
import { namespaceOf, selectorOf } from "./place.ts";

/** What starts functions goes first, so that nothing new begins. */
const starters: readonly string[] = ["PingSource", "SinkBinding", "Trigger", "CronJob"];

export async function destroying(
  kubectl: Kubectl,
  id: StageId,
  standing: Standing,
  place: Place,
  { deleteData }: DestroyOptions,
): Promise<Step[]> {
  const namespace = namespaceOf(id, place);
  const objects = objectsOf(standing);
  const own = objects.filter(({ kind }) => kind !== "Namespace");
  const starts = ({ kind }: ObjectName): boolean => starters.includes(kind);
  const steps: Step[] = [];
  const remove = (name: string, some: readonly ObjectName[]): void => {
    if (some.length > 0) steps.push(deleteStep(kubectl, name, namespace, some));
  };
  if (standing.ledger !== undefined) steps.push(rememberState(kubectl, id, place, standing.ledger));
  remove("remove what starts functions", own.filter(starts));
  remove(
    "remove functions",
    own.filter((one) => !starts(one) && !holdsData(one)),
  );
  if (deleteData) remove("remove data", own.filter(holdsData));
  if (standing.ledger !== undefined)
    remove("remove the ledger", [{ apiVersion: "v1", kind: "ConfigMap", name: ledgerName(id), namespace }]);
  const isOwn = objects.some(({ kind }) => kind === "Namespace");
  const isKept = own.some(holdsData) && !deleteData;
  if (isOwn && !isKept && (await strangersIn(kubectl, id, place)).length === 0)
    steps.push(namespaceStep(kubectl, id, namespace));
  return steps;
}

/** Where nobody could ask: whatever carries the label, of every type that the cluster knows. */
export function unaskedSteps(
  kubectl: Kubectl,
  id: StageId,
  place: Place,
  { deleteData }: DestroyOptions,
): Step[] {
  const namespace = namespaceOf(id, place);
  const types = kubectl.line(typesArguments);
  const spared = [...derived, ...(deleteData ? [] : dataTypes)].map((type) => type.replaceAll(".", "\\."));
  const one = kubectl.line([
    ...["delete", "{}", `--namespace=${namespace}`, `--selector=${selectorOf(id)}`, "--timeout=120s"],
  ]);
  const removal = forEach(`${types} | grep -vxE '${spared.join("|")}' | paste -sd , -`, one);
  return [
    onlyShown("remove what carries the label", removal),
    ...(deleteData && place["namespace"] === undefined ? [namespaceStep(kubectl, id, namespace)] : []),
  ];
}

function namespaceStep(kubectl: Kubectl, { name }: StageId, namespace: string): Step {
  const args = ["delete", `namespace/${namespace}`, "--ignore-not-found", "--timeout=300s"];
  return {
    name: "remove the namespace",
    command: kubectl.line(args),
    async run(report) {
      const said = await kubectl.run(args, { to: `remove the namespace of ${name}`, report, longest: 330 });
      return said.trim() === "" ? undefined : `the namespace ${namespace} is gone`;
    },
  };
}
