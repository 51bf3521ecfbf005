// Stages of built apps on a cluster: deployed and destroyed as the command does, and read from the server.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BuildResult, buildApp } from "@faasade/build";
import {
  type Deployed,
  type DeploymentPlan,
  type Destroyed,
  deploy,
  destroy,
  type Place,
  planDeployment,
  planDestruction,
  type StageId,
  type Step,
} from "../../src/index.ts";
import { targetOf } from "../../src/kubernetes/target.ts";
import type { Cluster } from "./cluster.ts";

export const root = join(import.meta.dirname, "../../../..");

export interface Stage {
  readonly id: StageId;
  readonly place: Place;
  /** What holds the ledgers' local copies. */
  readonly home: string;
}

/** Images are in a registry by assumption, and nothing runs that could become ready. */
export const placeWithoutNodes: Place = { registry: "registry.example/team", push: "no", wait: "0" };

export interface Built {
  readonly build: BuildResult;
  readonly remove: () => Promise<void>;
}

export async function buildStage(
  app: string,
  platform: "knative" | "kubernetes",
  stage: string,
  unit: "app" | "function" = "app",
): Promise<Built> {
  const outFolder = await mkdtemp(join(tmpdir(), "faasade-deploy-"));
  const build = await buildApp({ root, app, platform, stage, unit, outFolder });
  return { build, remove: () => rm(outFolder, { recursive: true, force: true }) };
}

export function stageOf(
  { app, stage, platform }: BuildResult,
  home: string,
  place = placeWithoutNodes,
): Stage {
  return { id: { app, stage, platform, name: `${app}-${stage}` }, place, home };
}

/** The target finds kubectl and the cluster as the command does: by the environment. */
export function useCluster({ kubectl, kubeconfig }: Pick<Cluster, "kubectl" | "kubeconfig">): void {
  process.env["FAASADE_KUBECTL"] = kubectl;
  process.env["KUBECONFIG"] = kubeconfig;
}

export interface DeployOptions {
  readonly values?: Readonly<Record<string, string>>;
  readonly createSecrets?: boolean;
  /** Told before each step. */
  readonly starts?: (step: Step) => void;
}

export async function planStage(
  { id, place }: Stage,
  build: BuildResult,
  { values = {}, createSecrets = false }: DeployOptions = {},
): Promise<DeploymentPlan> {
  return planDeployment({ target: targetFor(id), id, build, place, values, createSecrets });
}

export async function deployStage(
  stage: Stage,
  build: BuildResult,
  options: DeployOptions = {},
): Promise<Deployed> {
  const plan = await planStage(stage, build, options);
  const { starts = () => {} } = options;
  return deploy(stage.home, targetFor(stage.id), stage.place, plan, { starts, says: () => {} });
}

export async function destroyStage(
  { id, place, home }: Stage,
  deleteData: boolean,
  starts: (step: Step) => void = () => {},
): Promise<Destroyed> {
  const request = { target: targetFor(id), id, place, deleteData };
  const plan = await planDestruction(request);
  return destroy(home, request, plan, undefined, { starts, says: () => {} });
}

export function targetFor({ platform }: StageId) {
  return targetOf(platform as "knative" | "kubernetes");
}

/** Everything that people or commands made in a namespace, by `Kind/name`: its version, and what it says. */
export async function standing(cluster: Cluster, namespace: string): Promise<Record<string, StandingObject>> {
  const types = await cluster.run(["api-resources", "--namespaced", "--verbs=list,delete", "-o=name"]);
  const own = types.split("\n").filter((type) => type !== "" && !/^(events|endpoints|leases)/.test(type));
  const text = await cluster.run([
    "get",
    own.join(","),
    `--namespace=${namespace}`,
    "--show-managed-fields",
    "-o=json",
  ]);
  const { items } = JSON.parse(text || '{"items":[]}') as { items: StandingObject[] };
  return Object.fromEntries(
    items
      .filter(({ metadata }) => metadata.ownerReferences === undefined && !isEverywhere(metadata.name))
      .map((item) => [`${item.kind}/${item.metadata.name}`, item]),
  );
}

function isEverywhere(name: string): boolean {
  return name === "default" || name === "kube-root-ca.crt";
}

export interface StandingObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly uid: string;
    readonly resourceVersion: string;
    readonly generation?: number;
    readonly managedFields?: readonly { readonly manager: string; readonly time: string }[];
    readonly labels?: Readonly<Record<string, string>>;
    readonly ownerReferences?: unknown;
  };
  readonly spec?: unknown;
  readonly status?: unknown;
  readonly data?: Readonly<Record<string, string>>;
}

/** Of what has a status, which controllers write at any time: the object, its generation, and when it was applied. */
export function versionsOf(objects: Readonly<Record<string, StandingObject>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(objects).map(([name, { metadata, status }]) => {
      const { uid, resourceVersion, generation = 0, managedFields = [] } = metadata;
      const applied = managedFields.find(({ manager }) => manager === "faasade")?.time;
      return [name, status === undefined ? resourceVersion : `${uid} ${generation} ${applied}`];
    }),
  );
}

/** But for what differs from one deployment to the next: times, versions, and controllers' notes. */
export function contentsOf(objects: Readonly<Record<string, StandingObject>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(objects).map(([name, { apiVersion, metadata, spec, data }]) => {
      const { ledger, ...others } = data ?? {};
      const remembered = ledger === undefined ? {} : { ledger: { ...JSON.parse(ledger), at: "" } };
      // A Service's address is the cluster's choice.
      const said = JSON.parse(JSON.stringify(spec ?? null), (key, value) =>
        /^clusterIPs?$/.test(key) ? undefined : value,
      );
      return [name, { apiVersion, labels: metadata.labels, spec: said, data: { ...others, ...remembered } }];
    }),
  );
}
