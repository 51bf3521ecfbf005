// Functions of a stage, started from here: through Serving's gateway, a Service's port, or a Job of a CronJob.
import { setTimeout as pause } from "node:timers/promises";
import type { CloudEvent } from "@faasade/core";
import { Refusal } from "@faasade/platforms/shared/refusal";
import type { Ledger } from "../../ledger.ts";
import { callEvent, dueEvent } from "../../shared/post-event.ts";
import type { StageReply } from "../../stage.ts";
import type { Place, StageId } from "../../target.ts";
import type { Kubectl } from "../kubectl.ts";
import { namespaceOf } from "../place.ts";
import type { Forwards } from "./forward.ts";
import { type Destination, postEvent } from "./post.ts";

interface InvokerOptions {
  readonly kubectl: Kubectl;
  readonly id: StageId;
  readonly place: Place;
  readonly ledger: Ledger;
  readonly forwards: Forwards;
}

/** Serving's gateway within the cluster, by network layer: it wakes what sleeps. */
const gateways: readonly { readonly namespace: string; readonly service: string }[] = [
  { namespace: "kourier-system", service: "kourier-internal" },
  { namespace: "istio-system", service: "knative-local-gateway" },
  { namespace: "contour-internal", service: "envoy" },
];
const longestJobSeconds = 900;
const millisecondsBetween = 2_000;

export function invoker({ kubectl, id, place, ledger, forwards }: InvokerOptions) {
  const namespace = namespaceOf(id, place);
  const isKnative = id.platform === "knative";

  async function deliver(name: string, event: CloudEvent): Promise<StageReply> {
    return postEvent(await destinationOf(name), event);
  }

  async function destinationOf(name: string): Promise<Destination> {
    const service = ledger.unit === "app" ? `${id.app}-events` : `${id.app}-${name}`;
    const path = `/.faasade/events/${name}`;
    if (isKnative) return { ...(await throughGateway(`${service}.${namespace}.svc.cluster.local`)), path };
    if (!(await exists(`service/${service}`)))
      throw new Refusal(
        `Cannot start ${name} on stage ${id.stage}: nothing there takes calls of it. Functions with http are reached at their URL; messages are sent to their queue.`,
      );
    return { port: await forwards.open(namespace, `service/${service}`, 80), path };
  }

  async function throughGateway(host: string) {
    for (const { namespace: where, service } of gateways)
      if (await exists(`service/${service}`, where))
        return { host, port: await forwards.open(where, `service/${service}`, 80) };
    throw new Refusal(
      `Cannot reach ${host}: Serving's local gateway is none of ${gateways.map(({ service }) => service).join(", ")}. Post to it from within the cluster.`,
    );
  }

  async function exists(object: string, where = namespace): Promise<boolean> {
    const args = ["get", object, `--namespace=${where}`, "--ignore-not-found", "-o=name"];
    return (await kubectl.run(args, { to: `look for ${object}` })).trim() !== "";
  }

  async function invoke(name: string, data: unknown): Promise<StageReply> {
    const object = `${id.app}-${name}`;
    if (!isKnative && (await exists(`cronjob/${object}`))) return runJob(object);
    if (isKnative && (await exists(`pingsource/${object}`))) return deliver(name, dueEvent(id.app, name));
    if (isKnative && (await exists(`trigger/${object}`)))
      throw new Refusal(
        `Cannot start ${name} with data: changes of objects start it. Put an object into its store.`,
      );
    return deliver(name, callEvent(data));
  }

  /** The Job's name says when it was due. */
  async function runJob(cronJob: string): Promise<StageReply> {
    const start = performance.now();
    const job = `${cronJob.slice(0, 52)}-${Math.floor(Date.now() / 60_000)}`;
    const where = `--namespace=${namespace}`;
    if (!(await exists(`job/${job}`)))
      await kubectl.run(["create", "job", job, `--from=cronjob/${cronJob}`, where], {
        to: `start ${cronJob}`,
      });
    const types = await endOf(job);
    const milliseconds = Math.round(performance.now() - start);
    if (types.includes("Complete")) return { ok: true, milliseconds };
    return {
      ok: false,
      error: { code: "failed", message: `the Job ${job} failed; see its logs` },
      milliseconds,
    };
  }

  /** The conditions of a Job that is over. */
  async function endOf(job: string): Promise<readonly string[]> {
    const types = '-o=jsonpath={.status.conditions[?(@.status=="True")].type}';
    const deadline = Date.now() + longestJobSeconds * 1000;
    while (Date.now() < deadline) {
      const args = ["get", `job/${job}`, `--namespace=${namespace}`, types];
      const said = (await kubectl.run(args, { to: `ask how ${job} ended` })).split(" ");
      if (said.includes("Complete") || said.includes("Failed")) return said;
      await pause(millisecondsBetween);
    }
    throw new Error(
      `Cannot wait any longer for the Job ${job}: it is not over after ${longestJobSeconds} s.`,
    );
  }

  /** Where no Service of Knative and no operator says where the app is, its own port does. */
  async function originOf(): Promise<string | undefined> {
    if (isKnative || ledger.unit !== "app" || !(await exists(`service/${id.app}`))) return undefined;
    return `http://127.0.0.1:${await forwards.open(namespace, `service/${id.app}`, 80)}`;
  }

  return { invoke, deliver, originOf };
}
