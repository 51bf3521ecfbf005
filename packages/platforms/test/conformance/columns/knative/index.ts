// Knative: the two services of an app, as Serving's gateway and what Eventing posts reach them.

import { openApp } from "@faasade/core/adapter";
import { decoderOf } from "../../../../src/knative/events.ts";
import { processHost } from "../../../../src/shared/host.ts";
import { serveApp } from "../../../../src/shared/server/index.ts";
import type { Column } from "../../column.ts";
import { plainHttp, running } from "../http-and-events.ts";
import { postedCall } from "../posted-call.ts";
import { messageWays, objectWays, scheduleWays } from "./events.ts";

const listen = { port: 0, host: "127.0.0.1" };

export const knative: Column = {
  title: "knative, by our own server",
  open: async (artefact, { log }) => {
    const open = (): ReturnType<typeof openApp> => openApp(artefact, processHost(artefact, { log }));
    const decodeEvents = decoderOf(artefact, (name, message) =>
      log({ time: Date.now(), level: "error", message, function: name, invocation: "", traceparent: "" }),
    );
    return running({
      http: await serveApp(open(), { listen }),
      events: await serveApp(open(), { listen, http: false, events: true, decodeEvents, replyEvents: true }),
    });
  },
  http: [plainHttp("Serving's gateway")],
  object: objectWays,
  message: messageWays,
  schedule: scheduleWays,
  call: [postedCall("by a POST within the cluster")],
};
