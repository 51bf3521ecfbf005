// What starts functions in a process besides requests: schedules, changes of folders, messages.
import { join } from "node:path";
import type { App, Host } from "@faasade/core/adapter";
import type { Artefact } from "../shared/artefact.ts";
import { consumersOf } from "../shared/process/consume.ts";
import { openSchedules } from "./schedules.ts";
import { State } from "./state.ts";
import { openWatchedStores } from "./watched-stores.ts";
import type { Worker } from "./worker.ts";

/** @throws {Error} when it cannot keep its state, or the environment does not say where something is. */
export async function startWorkers(artefact: Artefact, app: App, host: Host): Promise<Pick<Worker, "stop">> {
  const { FAASADE_STATE, STATE_DIRECTORY } = process.env;
  const state = new State(FAASADE_STATE ?? STATE_DIRECTORY ?? join(process.cwd(), "state"));
  const isOver = new AbortController();
  const parts = { app, host, state, signal: isOver.signal };
  const workers = [
    openSchedules(artefact.functions, parts),
    ...(await openWatchedStores(artefact, parts)),
    ...(await consumersOf(artefact, app, host)),
  ];
  for (const worker of workers) await worker.start();
  return {
    async stop() {
      isOver.abort();
      await Promise.allSettled(workers.map((worker) => worker.stop()));
    },
  };
}
