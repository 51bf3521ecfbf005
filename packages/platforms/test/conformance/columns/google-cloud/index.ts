// Google Cloud: our own server over HTTP, as Cloud Run reaches a container, and the function that the framework loads.
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import type { LogRecord } from "@faasade/core/adapter";
import type { Artefact } from "@faasade/platforms/shared/artefact";
import { vi } from "vitest";
import { adapt } from "../../../../src/google-cloud/functions-framework.ts";
import { startServer } from "../../../../src/google-cloud/runtime.ts";
import type { Column } from "../../column.ts";
import { plainHttp, running, type Sent, type Service } from "../http-and-events.ts";
import { callWays, messageWays, objectWays, scheduleWays } from "./events.ts";
import { serveAsFramework } from "./framework-double.ts";

/** Cloud Run vouches for nobody in a service that the public may call. */
const http = plainHttp("Cloud Run's front end");

const ways = {
  http: [http],
  object: objectWays,
  message: messageWays,
  schedule: scheduleWays,
  call: callWays,
};

export const googleCloudRun: Column = {
  title: "google-cloud, by our own server",
  open: async (artefact, { log }) => {
    const listen = { port: 0, host: "127.0.0.1" };
    const pages = await startServer(artefact, { log, listen, http: true });
    const events = await startServer(artefact, { log, listen, http: false, events: true });
    return running({ http: pages, events });
  },
  ...ways,
};

export const googleFunctionsFramework: Column = {
  title: "google-cloud, in a double of functions-framework",
  open: async (artefact, { log }) => {
    // As the manifest has it.
    vi.stubEnv("IGNORED_ROUTES", "");
    const servers = (["http", "events"] as const).map((serves) =>
      serveAsFramework(adaptFor(serves, artefact, log)),
    );
    await Promise.all(servers.map((server) => once(server.listen(0, "127.0.0.1"), "listening")));
    const [pages, events] = servers.map(
      (server): Service => ({
        port: (server.address() as AddressInfo).port,
        drain: async () => server.close().closeAllConnections(),
      }),
    ) as [Service, Service];
    return running({ http: pages, events });
  },
  ...ways,
};

/** The environment is read when the artefact is loaded. */
function adaptFor(serves: Sent["service"], artefact: Artefact, log: (record: LogRecord) => void) {
  process.env["FAASADE_SERVE"] = serves;
  try {
    return adapt(artefact, { log });
  } finally {
    delete process.env["FAASADE_SERVE"];
  }
}
