// Every event of platforms that post, for the built artefact, as each platform starts it.
import { describe, expect, it } from "vitest";
import type { ObjectWay } from "../conformance/column.ts";
import * as google from "../conformance/columns/google-cloud/events.ts";
import { plainHttp } from "../conformance/columns/http-and-events.ts";
import * as knative from "../conformance/columns/knative/events.ts";
import { postedCall } from "../conformance/columns/posted-call.ts";
import { buildSuite } from "./built.ts";
import { startFunctionsFramework } from "./functions-framework.ts";
import { describeInside } from "./installed.ts";
import { startNodeServer } from "./node-server.ts";
import { postedTo, type Served } from "./posted-to.ts";
import { freePort, startProgram, until } from "./program.ts";
import { startQueueProxy } from "./queue-proxy.ts";
import { type Runtime, triggerCases, type Ways } from "./trigger-cases.ts";

/** The suite's own objects: `created-too` waits for others, and answers so. */
const objects = (ways: readonly ObjectWay[]): ObjectWay[] =>
  ways.map((way) => ({ ...way, encode: (change) => (way.encode(change) as unknown[]).slice(0, 1) }));

const ofGoogle: Ways = {
  schedule: google.scheduleWays,
  call: google.callWays,
  object: objects(google.objectWays),
};

const cloudRun: Runtime = {
  target: "google-cloud",
  packaging: "cloud-run",
  topics: "pubsub",
  start: async (folder, environment) =>
    postedTo((serves) =>
      startNodeServer(["index.mjs"], {
        cwd: folder,
        environment: { PORT: "0", FAASADE_SERVE: serves, K_SERVICE: "suite", ...environment },
      }),
    ),
};

const framework: Runtime = {
  ...cloudRun,
  packaging: "functions-framework",
  start: async (folder, environment) =>
    postedTo((serves) =>
      startFunctionsFramework({
        folder,
        target: "faasade",
        environment: { FAASADE_SERVE: serves, ...environment },
      }),
    ),
};

const proxied: Runtime = {
  target: "knative",
  packaging: "image",
  topics: "mqtt",
  start: async (folder, environment) =>
    postedTo((serves) => startPod(folder, { FAASADE_SERVE: serves, ...environment })),
};

/** The container as its image starts it, and the proxy that Serving puts before it. */
async function startPod(folder: string, environment: Readonly<Record<string, string>>): Promise<Served> {
  const port = await freePort();
  const container = startProgram(process.execPath, ["index.mjs"], {
    cwd: folder,
    environment: { PORT: String(port), ...environment },
  });
  await until(async () => {
    const reply = await fetch(`http://127.0.0.1:${port}/.faasade/health`).catch(() => undefined);
    return reply?.ok === true ? true : undefined;
  });
  const proxy = await startQueueProxy({ userPort: port, timeoutSeconds: 60 });
  return {
    url: proxy.url,
    logs: container.output,
    stop: () => Promise.all([proxy.stop("SIGKILL"), container.stop("SIGKILL")]),
  };
}

function requestCase(runtime: Runtime): void {
  it("answers a request, byte for byte", async () => {
    const built = await buildSuite("suite", runtime.target, runtime.packaging);
    const app = await runtime.start(await built.artefact("suite"), {});
    const http = plainHttp("a client");
    try {
      const body = Uint8Array.from({ length: 3_000_000 }, (_, at) => at % 251);
      const headers = [["content-type", "application/octet-stream"]] as const;
      const sent = http.encode({ method: "PUT", path: "/echo/a%20b%2F", headers, body });
      const reply = http.decode(await app.deliver(sent));
      expect([reply.status, Buffer.from(reply.body).equals(body)]).toEqual([200, true]);
    } finally {
      await app.stop();
      await built.remove();
    }
  }, 120_000);
}

describe("google-cloud, what its image holds, as Cloud Run starts it", () => {
  triggerCases(cloudRun, ofGoogle);
  requestCase(cloudRun);
});

describeInside("google-cloud, from source inside functions-framework", ["npm"], () => {
  triggerCases(framework, ofGoogle);
  requestCase(framework);
});

describeInside("knative, what its image holds behind queue-proxy", ["go"], () => {
  triggerCases(proxied, {
    schedule: knative.scheduleWays,
    call: [postedCall("by a POST within the cluster")],
    object: objects(knative.objectWays),
  });
  requestCase(proxied);
});
