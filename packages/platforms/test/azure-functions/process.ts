// A custom handler as the host starts it: `/slow` answers a while after `/begun` was told that it has begun.
import { http, text } from "@faasade/core";
import { serve } from "../../src/azure-functions/custom-handler.ts";
import { artefactOf } from "./fixture-artefact.ts";

const begun = Promise.withResolvers<void>();

await serve(
  artefactOf({
    slow: [
      http("GET /slow", { auth: "public" }),
      async () => {
        begun.resolve();
        await new Promise((resolve) => setTimeout(resolve, 300));
        return text("done");
      },
    ],
    begun: [
      http("GET /begun", { auth: "public" }),
      async () => {
        await begun.promise;
        return text("it has");
      },
    ],
  }),
);
