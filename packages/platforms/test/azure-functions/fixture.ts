// An app of a few functions, registered in the worker of ours and served as a custom handler.
import type { LogRecord } from "@faasade/core/adapter";
import type { Artefact } from "@faasade/platforms/shared/artefact";
import { onTestFinished } from "vitest";
import { startServer } from "../../src/azure-functions/custom-handler.ts";
import { artefactOf, type Functions } from "./fixture-artefact.ts";
import { startWorker, type Worker } from "./node-worker.ts";

export interface Tried {
  readonly worker: Worker;
  readonly records: LogRecord[];
  readonly artefact: Artefact;
  /** Starts the custom handler of the same app; returns its port. */
  serve(): Promise<number>;
}

export async function tryAzure(
  functions: Functions,
  urls: Readonly<Record<string, string>> = {},
): Promise<Tried> {
  const records: LogRecord[] = [];
  const log = (record: LogRecord): void => void records.push(record);
  const artefact = artefactOf(functions, urls);
  const serve = async (): Promise<number> => {
    const server = await startServer(artefact, { log, port: 0 });
    onTestFinished(() => server.drain(0));
    return server.port;
  };
  return { worker: await startWorker(artefact, log), records, artefact, serve };
}
