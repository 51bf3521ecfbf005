// Azure Functions: the real `@azure/functions` in a worker of ours, and a custom handler that a host of ours asks.
import type { LogRecord } from "@faasade/core/adapter";
import { startServer } from "../../../../src/azure-functions/custom-handler.ts";
import { customHost } from "../../../azure-functions/custom-host.ts";
import { startWorker } from "../../../azure-functions/node-worker.ts";
import type { Occurrence, Outcome } from "../../../azure-functions/occurrence.ts";
import type { Answer, Column, Running } from "../../column.ts";
import { callWays, http, messageWays, objectWays, scheduleWays } from "./ways.ts";

const settings = {
  WEBSITE_AUTH_ENABLED: "True",
  FAASADE_SCHEDULES: JSON.stringify({ tick: ["0 0 6 * * *"], tock: ["0 0 7 * * *"] }),
};

export const azureFunctions: Column = {
  title: "azure-functions, the real library in a worker of ours",
  open: async (artefact, { log }) => {
    const forget = set(settings);
    const worker = await startWorker(artefact, log);
    return running(
      (occurrence) => worker.deliver(occurrence),
      log,
      async () => forget(),
    );
  },
  http: [http],
  object: objectWays,
  message: messageWays,
  schedule: scheduleWays,
  call: callWays,
};

export const azureCustomHandler: Column = {
  title: "azure-functions, a custom handler",
  open: async (artefact, { log }) => {
    const forget = set(settings);
    const server = await startServer(artefact, { log, port: 0 });
    const host = customHost(server.port, artefact);
    const close = async (): Promise<void> => {
      forget();
      await server.drain(0);
    };
    return running((occurrence) => host.deliver(occurrence), log, close);
  },
  http: [http],
  object: objectWays,
  message: messageWays,
  schedule: scheduleWays,
  call: [],
};

function running(
  deliver: (occurrence: Occurrence) => Promise<Outcome>,
  log: (record: LogRecord) => void,
  close: () => Promise<void>,
): Running {
  return {
    close,
    deliver: async (native): Promise<Answer> => {
      try {
        const value = await deliver(native as Occurrence);
        if ("invoked" in value && value.invoked.length === 0) log(waits);
        return { value };
      } catch (thrown) {
        return { thrown };
      }
    },
  };
}

/** Bindings are static: a source that no function names is not listened to, and what is in it stays there. */
const waits: LogRecord = {
  time: 0,
  level: "warn",
  message: "Cannot deliver it, says the host: no function listens. It waits where it is.",
  function: "",
  invocation: "",
  traceparent: "",
};

function set(variables: Readonly<Record<string, string>>): () => void {
  Object.assign(process.env, variables);
  return () => {
    for (const name of Object.keys(variables)) delete process.env[name];
  };
}
