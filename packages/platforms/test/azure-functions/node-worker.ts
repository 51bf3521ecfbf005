// An app, registered with the real library in the worker of ours.
import type { LogRecord } from "@faasade/core/adapter";
import type { Artefact } from "@faasade/platforms/shared/artefact";
import {
  type NodeWorker,
  startWorker as startNodeWorker,
  type WireInvocation,
} from "../../src/azure-functions/here/node-worker.ts";
import { deliver, type Invoked, type Occurrence, type Outcome } from "./occurrence.ts";

export const front = { host: "acme.azurewebsites.net", protocol: "https" } as const;

export interface Worker extends Pick<NodeWorker, "registered" | "invoke"> {
  deliver(occurrence: Occurrence): Promise<Outcome>;
}

export async function startWorker(artefact: Artefact, log: (record: LogRecord) => void): Promise<Worker> {
  const { register } = await import("../../src/azure-functions/runtime.ts");
  return startWith(() => register(artefact, { log }));
}

/** @param load what the worker loads: it registers its functions. */
export async function startWith(load: () => unknown): Promise<Worker> {
  const worker = await startNodeWorker(load, { front, functionKey: "the key" });
  return { ...worker, deliver: (occurrence) => deliver(worker, occurrence) };
}

/** @throws whatever the worker tells the host as the invocation's exception. */
export async function invokeOnWire(worker: Worker, name: string, wire: WireInvocation): Promise<Invoked> {
  return { outputs: await worker.invoke(name, wire) };
}
