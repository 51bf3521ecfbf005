// Google Cloud: our own server over HTTP, as Cloud Run reaches a container, and the function that the framework loads.
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import type { LogRecord } from "@faasade/core/adapter";
import type { Artefact } from "@faasade/platforms/shared/artefact";
import { adapt } from "../../../../src/google-cloud/functions-framework.ts";
import { startServer } from "../../../../src/google-cloud/runtime.ts";
import type { Answer, Column, HttpWay, Running } from "../../column.ts";
import { callWays, messageWays, objectWays, scheduleWays } from "./events.ts";
import { serveAsFramework } from "./framework-double.ts";
import { repliesOf, type Sent, send } from "./post.ts";

/** The ports of an app's two services. */
type Ports = Readonly<Record<Sent["service"], number>>;

/** Cloud Run vouches for nobody in a service that the public may call. */
const http: HttpWay = {
  title: "Cloud Run's front end",
  differences: { maxReplyBytes: Number.POSITIVE_INFINITY, noCaller: true },
  encode: ({ method, path, query, headers = [], body }): Sent[] => [
    { service: "http", method, target: query === undefined ? path : `${path}?${query}`, headers, body },
  ],
  decode: (answer) => repliesOf(answer)[0] ?? { status: 502, headers: [], body: new Uint8Array() },
};

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
    const close = async (): Promise<void> => void (await Promise.all([pages.drain(0), events.drain(0)]));
    return running({ http: pages.port, events: events.port }, close);
  },
  ...ways,
};

export const googleFunctionsFramework: Column = {
  title: "google-cloud, in a double of functions-framework",
  open: async (artefact, { log }) => {
    const servers = (["http", "events"] as const).map((serves) =>
      serveAsFramework(adaptFor(serves, artefact, log)),
    );
    await Promise.all(servers.map((server) => once(server.listen(0, "127.0.0.1"), "listening")));
    const [pages, events] = servers.map((server) => (server.address() as AddressInfo).port);
    return running({ http: pages ?? 0, events: events ?? 0 }, async () => {
      for (const server of servers) server.close().closeAllConnections();
    });
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

function running(ports: Ports, close: () => Promise<void>): Running {
  const deliver = async (native: unknown): Promise<Answer> => {
    try {
      return { value: await Promise.all((native as Sent[]).map((sent) => send(ports[sent.service], sent))) };
    } catch (thrown) {
      return { thrown };
    }
  };
  return { deliver, close };
}
