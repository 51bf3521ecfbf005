// Where on a cluster a stage is, by what was said of the place.
import type { Place, StageId, TargetOption } from "../target.ts";

export const options: Readonly<Record<string, TargetOption>> = {
  context: { description: "of the kubeconfig; its current one by default", variables: [], identifies: true },
  namespace: {
    description: "one that is there already; by default <app>-<stage>, which is made and removed",
    variables: [],
    identifies: true,
  },
  registry: {
    description: "where images go, such as ghcr.io/me",
    variables: ["FAASADE_REGISTRY"],
  },
  push: { description: '"no": the images are in the registry already', variables: [] },
  kind: { description: "a cluster of kind, which images are loaded into without a registry", variables: [] },
  wait: {
    once: true,
    description: "seconds to wait until everything is ready, 300 by default; 0 does not",
    variables: [],
  },
};

export const deploymentLabel = "faasade-deployment";
/** Who owns the fields that are applied. */
export const fieldManager = "faasade";

export function namespaceOf({ name }: Pick<StageId, "name">, { namespace }: Place): string {
  return namespace ?? name;
}

export function selectorOf({ name }: Pick<StageId, "name">): string {
  return `${deploymentLabel}=${name}`;
}

/** 0 where nothing is to be waited for. */
export function secondsToWait({ wait = "300" }: Place): number {
  const seconds = wait === "no" ? 0 : Number(wait);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds : 300;
}
