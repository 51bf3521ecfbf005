// The steps from what stands to what was built.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { urlVariable } from "@faasade/core/adapter";
import { type Ledger, withoutPasswords } from "../ledger.ts";
import type { Place, StageId, Standing, Step, Wanted } from "../target.ts";
import { readySteps } from "./await-ready.ts";
import { applyArguments, formerOf } from "./compare.ts";
import { imageSteps } from "./images.ts";
import type { Kubectl } from "./kubectl.ts";
import { remember } from "./ledger-object.ts";
import { refuseSomebodyElses } from "./namespace.ts";
import { holdsData, type ObjectName, typeOf } from "./objects.ts";
import type { Overlay } from "./overlay.ts";
import { fieldManager, namespaceOf } from "./place.ts";
import { secretStep, settingsIn, splitValues } from "./variables.ts";

/** @param values what the stage remembers and what was given now, secrets not among them. */
export async function deploying(
  kubectl: Kubectl,
  wanted: Wanted,
  standing: Standing,
  place: Place,
  { overlay, values }: { readonly overlay: Overlay; readonly values: Readonly<Record<string, string>> },
): Promise<Step[]> {
  const { id, build } = wanted;
  const { folder, objects, images } = overlay;
  const { secrets } = splitValues(objects, wanted.values);
  const ledger: Ledger = {
    ...wanted.ledger,
    place,
    resources: withoutPasswords(storesOf(wanted, settingsIn(objects))),
  };
  const deployed = async (): Promise<Ledger> =>
    withUrl({ ...ledger, state: "deployed" }, await urlOf(kubectl, wanted, place, overlay));
  const begun = await remember("ledger: deploying", kubectl, id, place, {
    file: join(folder, "ledger-deploying.json"),
    known: { ledger: { ...ledger, state: "deploying" }, values },
  });
  const done = await remember("ledger: deployed", kubectl, id, place, {
    file: join(folder, "ledger-deployed.json"),
    known: { ledger: { ...ledger, state: "deployed" }, values },
    complete: async () => ({ ledger: await deployed(), values }),
  });
  return [
    ...(await imageSteps(build, place, images, folder)),
    ...(await namespaceStep(kubectl, id, place, overlay)),
    begun,
    ...Object.entries(secrets).map(([key, value]) => secretStep(kubectl, wanted, place, key, () => value)),
    applyStep(kubectl, wanted, overlay),
    ...readySteps(kubectl, id, place, objects),
    ...removeFormer(kubectl, wanted, standing, place, overlay),
    done,
  ];
}

async function namespaceStep(
  kubectl: Kubectl,
  id: StageId,
  place: Place,
  { folder, objects }: Overlay,
): Promise<Step[]> {
  const namespace = objects.find(({ kind }) => kind === "Namespace");
  if (namespace === undefined) return [];
  const file = join(folder, "namespace.json");
  await writeFile(file, JSON.stringify(namespace));
  const args = ["apply", "--server-side", `--field-manager=${fieldManager}`, `--filename=${file}`];
  return [
    {
      name: "namespace",
      command: kubectl.line(args),
      async run() {
        await refuseSomebodyElses(kubectl, id, place);
        await kubectl.run(args, { to: `make the namespace ${namespace.metadata.name}` });
        return `namespace ${namespace.metadata.name}`;
      },
    },
  ];
}

function applyStep(kubectl: Kubectl, { id }: Wanted, { folder, objects }: Overlay): Step {
  const args = applyArguments(folder);
  return {
    name: "apply",
    command: kubectl.line(args),
    async run(report) {
      await kubectl.run(args, { to: `apply the manifests of ${id.name}`, report });
      return `${objects.length} objects applied`;
    },
  };
}

function removeFormer(
  kubectl: Kubectl,
  { id }: Wanted,
  standing: Standing,
  place: Place,
  { objects }: Overlay,
): Step[] {
  const former = formerOf(objects, standing).filter((one) => !holdsData(one));
  return former.length === 0
    ? []
    : [deleteStep(kubectl, "remove what is no longer built", namespaceOf(id, place), former)];
}

/** Waits for finalizers; an object that is gone already is none to delete. */
export function deleteStep(
  kubectl: Kubectl,
  name: string,
  namespace: string,
  objects: readonly ObjectName[],
): Step {
  const names = objects.map((one) => `${typeOf(one).toLowerCase()}/${one.name}`);
  const args = ["delete", ...names, `--namespace=${namespace}`, "--ignore-not-found", "--timeout=120s"];
  return {
    name,
    command: kubectl.line(args),
    async run(report) {
      const said = await kubectl.run(args, { to: name, report, longest: 150 });
      const gone = said.split("\n").filter(Boolean).length;
      return gone === 0 ? undefined : `${gone} deleted`;
    },
  };
}

/** Where stores and the like are, by variable. What is a secret stands in the Secret only. */
function storesOf({ build }: Wanted, settings: Readonly<Record<string, string>>): Record<string, string> {
  const names = build.resources.map(({ name }) => urlVariable(name));
  return Object.fromEntries(
    names.flatMap((name) => (settings[name] === undefined ? [] : [[name, settings[name]]])),
  );
}

function withUrl(ledger: Ledger, url: string | undefined): Ledger {
  return url === undefined ? ledger : { ...ledger, url };
}

/** What the operator says, or what Knative does. */
async function urlOf(
  kubectl: Kubectl,
  { id, build }: Wanted,
  place: Place,
  { objects }: Overlay,
): Promise<string | undefined> {
  const { PUBLIC_URL: said } = settingsIn(objects);
  if (said !== undefined && said !== "") return said.replace(/\/$/, "");
  const service = objects.find(
    (one) => typeOf(one) === "Service.serving.knative.dev" && one.metadata.name === id.app,
  );
  if (service === undefined || build.unit !== "app") return undefined;
  const text = await kubectl.run(
    [
      "get",
      `services.serving.knative.dev/${id.app}`,
      `--namespace=${namespaceOf(id, place)}`,
      "-o=jsonpath={.status.url}",
    ],
    { to: `ask where ${id.name} is` },
  );
  return text.trim() || undefined;
}
