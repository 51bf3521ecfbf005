// Steps that wait until what was applied is ready, and end early with the reason when a pod cannot start.
import { setTimeout as pause } from "node:timers/promises";
import type { Place, StageId, Step } from "../target.ts";
import type { Kubectl } from "./kubectl.ts";
import { type KubernetesObject, typeOf } from "./objects.ts";
import { namespaceOf, secondsToWait, selectorOf } from "./place.ts";
import { deploymentType, readyTypes, whyPodsAreMissing, whyPodsCannotStart } from "./ready.ts";

const millisecondsBetween = 2_000;

export function readySteps(
  kubectl: Kubectl,
  id: StageId,
  place: Place,
  objects: readonly KubernetesObject[],
): Step[] {
  const seconds = secondsToWait(place);
  if (seconds === 0) return [];
  const types = new Set(objects.map(typeOf));
  const where = [
    `--namespace=${namespaceOf(id, place)}`,
    `--selector=${selectorOf(id)}`,
    `--timeout=${seconds}s`,
  ];
  const knative = readyTypes.filter((type) => types.has(type)).join(",");
  const steps: Step[] = [];
  if (types.has(deploymentType))
    steps.push(waitStep("ready: deployments", ["rollout", "status", "deployment", ...where]));
  if (knative !== "")
    steps.push(waitStep("ready: knative", ["wait", knative, "--for=condition=Ready", ...where]));
  return steps;

  function waitStep(name: string, args: readonly string[]): Step {
    return {
      name,
      command: kubectl.line(args),
      async run(report) {
        await waitOrSayWhy(kubectl, id, place, { args, seconds, report });
        return "ready";
      },
    };
  }
}

async function waitOrSayWhy(
  kubectl: Kubectl,
  id: StageId,
  place: Place,
  {
    args,
    seconds,
    report,
  }: {
    readonly args: readonly string[];
    readonly seconds: number;
    readonly report: (line: string) => void;
  },
): Promise<void> {
  const over = new AbortController();
  const isReady = kubectl
    .run(args, { to: `wait until ${id.name} is ready`, report, signal: over.signal, longest: seconds + 30 })
    .finally(() => over.abort(new Error("over")));
  const watch = async (): Promise<void> => {
    while (!over.signal.aborted) {
      const reasons = await whyPodsCannotStart(kubectl, id, place);
      if (reasons.length > 0) over.abort(new Error(`Cannot start ${id.name}: ${reasons.join("\n")}`));
      await pause(millisecondsBetween, undefined, { signal: over.signal }).catch(() => {});
    }
  };
  const [waited] = await Promise.allSettled([isReady, watch()]);
  if (waited.status === "fulfilled") return;
  const said = waited.reason as Error;
  if (!/timed out|exceeded its progress deadline|deadline exceeded|cannot be reached/.test(said.message))
    throw said;
  const why = [
    ...(await whyPodsCannotStart(kubectl, id, place)),
    ...(await whyPodsAreMissing(kubectl, id, place)),
  ];
  throw new Error(
    `Cannot start ${id.name}: it is not ready after ${seconds} s. ` +
      `${why.length === 0 ? "Nothing says why: do the controllers run?" : why.join("\n")}\n` +
      `Look at kubectl get pods --namespace=${namespaceOf(id, place)}; then deploy again, with --place wait=… for a longer time.`,
  );
}
