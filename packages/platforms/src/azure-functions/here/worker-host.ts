// The host's side of the worker's process: what it is asked to do, and what came of it.
import type { ChildProcess } from "node:child_process";
import type { FunctionsHost } from "./host.ts";
import type { FromWorker, ToWorker, Work } from "./worker-process.ts";

/** Resolves when the worker has said what it registered. */
export function hostOver(worker: ChildProcess): Promise<FunctionsHost> {
  const waiting = new Map<number, (answer: FromWorker) => void>();
  let last = 0;
  const ask = (work: Work): Promise<FromWorker> =>
    new Promise((resolve) => {
      last += 1;
      waiting.set(last, resolve);
      const message: ToWorker = { id: last, work };
      worker.send(message);
    });
  return new Promise((resolve) => {
    worker.on("message", (message: FromWorker) => {
      if ("functions" in message) return resolve(toHost(ask, message.functions));
      waiting.get(message.id)?.(message);
      waiting.delete(message.id);
    });
  });
}

function toHost(
  ask: (work: Work) => Promise<FromWorker>,
  functions: FunctionsHost["functions"],
): FunctionsHost {
  const outputs = async (work: Work) => {
    const answer = await ask(work);
    return "outputs" in answer ? answer.outputs : fail(answer);
  };
  return {
    functions,
    payload: "data",
    handOver: (name, handed) => outputs({ name, handed }),
    invoke: (name, native) => outputs({ name, native }),
    request: async (request) => {
      const answer = await ask({ request });
      return "reply" in answer ? answer.reply : fail(answer);
    },
  };
}

function fail(answer: FromWorker): never {
  throw new Error("error" in answer ? answer.error : "The worker answered something else.");
}
