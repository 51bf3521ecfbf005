// The built artefact as Cloud Run starts its container, with every event.
import { describe } from "vitest";
import { startNodeServer } from "../runtimes/node-server.ts";
import { postedTo } from "../runtimes/posted-to.ts";
import { ofGoogle, requestCase } from "../runtimes/posted-ways.ts";
import { type Runtime, triggerCases } from "../runtimes/trigger-cases.ts";

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

describe("google-cloud, what its image holds, as Cloud Run starts it", () => {
  triggerCases(cloudRun, ofGoogle);
  requestCase(cloudRun);
});
