// Kubernetes and Node.js: the same server for requests and for calls; schedules and messages are fetched by the process
// itself, and tried in processes of their own.
import { openApp } from "@faasade/core/adapter";
import { processHost } from "../../../../src/shared/host.ts";
import { serveApp } from "../../../../src/shared/server/index.ts";
import type { Column } from "../../column.ts";
import { plainHttp, running } from "../http-and-events.ts";
import { postedCall } from "../posted-call.ts";

const listen = { port: 0, host: "127.0.0.1" };

export const processes: Column = {
  title: "kubernetes and node, by our own server",
  open: async (artefact, { log }) => {
    const open = (): ReturnType<typeof openApp> => openApp(artefact, processHost(artefact, { log }));
    return running({
      http: await serveApp(open(), { listen }),
      events: await serveApp(open(), { listen, http: false, events: true }),
    });
  },
  http: [plainHttp("a Service, or a proxy")],
  object: [],
  message: [],
  schedule: [],
  call: [postedCall("by a POST that nobody else can make")],
};
