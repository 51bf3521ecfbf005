// Every event of platforms that post, for the built artefact, as each platform starts it.
import * as knative from "../conformance/columns/knative/events.ts";
import { postedCall } from "../conformance/columns/posted-call.ts";
import { startFunctionsFramework } from "./functions-framework.ts";
import { describeInside } from "./installed.ts";
import { postedTo, type Served } from "./posted-to.ts";
import { objects, ofGoogle, requestCase } from "./posted-ways.ts";
import { freePort, startProgram, until } from "./program.ts";
import { startQueueProxy } from "./queue-proxy.ts";
import { type Runtime, triggerCases } from "./trigger-cases.ts";

const framework: Runtime = {
  target: "google-cloud",
  topics: "pubsub",
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
