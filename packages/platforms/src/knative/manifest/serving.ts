// Services of Knative Serving: pods that come with the first request and go when there is none.
import { type KubernetesObject, selectorOf } from "../../shared/kubernetes/objects.ts";
import type { Plan, Pods } from "../../shared/kubernetes/plan.ts";
import { podOf, servingContainerOf } from "../../shared/kubernetes/pod.ts";

/** Serving's `max-revision-timeout-seconds`, unless the cluster's operator has raised it. */
const mostSeconds = 600;
/** How much one pod does at a time. Events are given room: each of them may take as much memory as the function does. */
const concurrency = { http: 50, events: 10, "dead-letters": 10 } as const;

/**
 * @param visibility `cluster-local` keeps it from the outside, `public` does not.
 * @throws {ManifestRefusal} where a function may take longer than Serving lets anything take.
 */
export function serviceOf(
  plan: Plan,
  pods: Pods & { readonly role: keyof typeof concurrency },
  visibility: "public" | "cluster-local",
): KubernetesObject {
  const slow = pods.functions.find(({ timeoutSeconds }) => timeoutSeconds > mostSeconds);
  if (slow !== undefined)
    throw plan.refuse(
      slow.name,
      `it may take ${slow.timeoutSeconds} s, and Knative Serving lets nothing take more than ${mostSeconds} s`,
      "Lower timeoutSeconds and split the work into messages of a queue, or deploy it to plain Kubernetes",
    );
  const labels = selectorOf(pods.name);
  const local = { "networking.knative.dev/visibility": "cluster-local" };
  return {
    apiVersion: "serving.knative.dev/v1",
    kind: "Service",
    metadata: { name: pods.name, labels: { ...labels, ...(visibility === "public" ? {} : local) } },
    spec: {
      template: {
        metadata: {
          labels,
          annotations: {
            "autoscaling.knative.dev/min-scale": "0",
            "autoscaling.knative.dev/max-scale": "10",
            "autoscaling.knative.dev/target-utilization-percentage": "70",
          },
        },
        spec: {
          ...podOf(plan),
          containerConcurrency: concurrency[pods.role],
          // The function's own limit comes first, so that the answer says what happened.
          timeoutSeconds: Math.min(mostSeconds, pods.timeoutSeconds + 5),
          containers: [servingContainerOf(plan, pods)],
        },
      },
    },
  };
}
