// Azure Functions, at build time.
import type { Platform } from "../shared/platform.ts";
import { manifest } from "./manifest/manifest.ts";
import { appProofs, proofs } from "./proofs.ts";

const v4Entry = `import { register } from "@faasade/platforms/azure-functions";
import { artefact } from "faasade:artefact";

register(artefact);
`;

const customEntry = `import { serve } from "@faasade/platforms/azure-functions/custom-handler";
import { artefact } from "faasade:artefact";

serve(artefact);
`;

const system = { os: "linux", cpu: "x64", libc: "glibc" } as const;

export const platform: Platform = {
  name: "azure-functions",
  title: "Azure Functions",
  upstream: "Alive. Host 4 and @azure/functions 4.16.5 are current, as of 2026-11-23.",
  triggers: {
    http: { how: "native", redelivers: false, auth: ["public", "platform", "jwt", "signature"] },
    schedule: { how: "native", via: "a timer, in UTC", redelivers: true },
    call: { how: "bridged", via: "a POST with the function's key", redelivers: false },
    object: {
      "azure-blob": { how: "native", via: "Event Grid", redelivers: true },
      s3: {
        how: "unsupported",
        why: "Event Grid tells of Azure's storage alone",
        instead:
          "Build it with the azure-blob driver, or deploy it where S3 starts functions, such as aws-lambda",
      },
    },
    message: {
      "service-bus": { how: "native", redelivers: true },
      "storage-queue": { how: "native", redelivers: true },
      "event-hubs": { how: "native", redelivers: true },
      "iot-hub": { how: "native", via: "its Event Hub-compatible endpoint", redelivers: true },
      sql: {
        how: "unsupported",
        why: "Azure Functions ends an instance that nothing is for, and a table asks nobody",
        instead: "Build it with the service-bus driver, or deploy it to a platform with a process that stays",
      },
    },
  },
  packagings: {
    v4: {
      title: "functions of the Node model, version 4",
      triggers: ["http", "schedule", "call", "object", "message"],
      units: ["app"],
      form: "folder",
      file: "index.mjs",
      entry: v4Entry,
      provided: ["@azure/functions-core"],
      system,
    },
    "custom-handler": {
      title: "a process of ours that the host asks over HTTP",
      triggers: ["http", "schedule", "object", "message"],
      units: ["app"],
      form: "folder",
      file: "index.mjs",
      entry: customEntry,
      system,
    },
  },
  drivers: {
    "object-store": "azure-blob",
    sql: "pg",
    warehouse: "duckdb",
    queue: "storage-queue",
    topic: "service-bus",
    function: "http",
    mail: "smtp",
    secret: "env",
  },
  next: () =>
    "az deployment group create --resource-group <group> --template-file main.bicep && func azure functionapp publish <siteName> --no-build, then the first command again with --parameters codeIsThere=true where objects start functions",
  proofs,
  appProofs,
  here: async () => (await import("./here/start.ts")).startHere,
  manifest: (deployment) => manifest(deployment, platform),
};
