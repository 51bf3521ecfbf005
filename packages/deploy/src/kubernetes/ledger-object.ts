// What a stage remembers of its deployment: a ConfigMap beside the app's own objects.
import { writeFile } from "node:fs/promises";
import type { Ledger } from "../ledger.ts";
import type { Place, StageId, Step } from "../target.ts";
import type { Kubectl } from "./kubectl.ts";
import type { KubernetesObject } from "./objects.ts";
import { deploymentLabel, fieldManager, namespaceOf } from "./place.ts";

export interface Remembered {
  readonly ledger: Ledger;
  /** Settings and URLs that were given to a deployment, by variable; what a later one does not say stays. */
  readonly values: Readonly<Record<string, string>>;
}

export function ledgerName({ name }: Pick<StageId, "name">): string {
  return `${name}-ledger`;
}

export async function readRemembered(
  kubectl: Kubectl,
  id: StageId,
  place: Place,
): Promise<Remembered | undefined> {
  const text = await kubectl.run(
    [
      "get",
      `configmap/${ledgerName(id)}`,
      `--namespace=${namespaceOf(id, place)}`,
      "--ignore-not-found",
      '-o=jsonpath={.data.ledger}{"\\n"}{.data.values}',
    ],
    { to: `read what stage ${id.stage} remembers` },
  );
  const [ledger = "", values = ""] = text.split("\n");
  if (ledger.trim() === "") return undefined;
  return { ledger: JSON.parse(ledger) as Ledger, values: JSON.parse(values || "{}") as Remembered["values"] };
}

/** @param file where the object is written: at once as far as it is known, and again when the step runs. */
export async function remember(
  name: string,
  kubectl: Kubectl,
  id: StageId,
  place: Place,
  {
    file,
    known,
    complete = async () => known,
  }: {
    readonly file: string;
    readonly known: Remembered;
    readonly complete?: () => Promise<Remembered>;
  },
): Promise<Step> {
  const args = ["apply", "--server-side", `--field-manager=${fieldManager}`, `--filename=${file}`];
  const write = (remembered: Remembered): Promise<void> =>
    writeFile(file, `${JSON.stringify(objectOf(id, place, remembered), null, 2)}\n`);
  await write(known);
  return {
    name,
    command: kubectl.line(args),
    async run() {
      await write(await complete());
      await kubectl.run(args, { to: `remember the deployment of ${id.name}` });
      return `remembered in the ConfigMap ${ledgerName(id)}`;
    },
  };
}

/** That it is being destroyed. The rest of what is remembered stays until everything else is gone. */
export function rememberState(kubectl: Kubectl, id: StageId, place: Place, ledger: Ledger): Step {
  const data = { ledger: JSON.stringify({ ...ledger, state: "destroying" }) };
  const args = [
    "patch",
    `configmap/${ledgerName(id)}`,
    `--namespace=${namespaceOf(id, place)}`,
    "--type=merge",
    `--patch=${JSON.stringify({ data })}`,
  ];
  return {
    name: "ledger: destroying",
    command: kubectl.line(args),
    async run() {
      await kubectl.run(args, { to: `remember that ${id.name} is being destroyed` });
      return `remembered in the ConfigMap ${ledgerName(id)}`;
    },
  };
}

function objectOf(id: StageId, place: Place, { ledger, values }: Remembered): KubernetesObject {
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: {
      name: ledgerName(id),
      namespace: namespaceOf(id, place),
      labels: { "faasade-app": id.app, "faasade-stage": id.stage, [deploymentLabel]: id.name },
    },
    data: { ledger: JSON.stringify(ledger), values: JSON.stringify(values) },
  };
}
