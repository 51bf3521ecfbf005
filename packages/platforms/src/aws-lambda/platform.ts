// AWS Lambda, at build time.
import type { Platform } from "../shared/platform.ts";
import { deployCommands } from "./manifest/deploy-commands.ts";
import { manifest } from "./manifest/manifest.ts";
import { appProofs, proofs } from "./proofs.ts";

const everyKind = ["http", "schedule", "call", "object", "message"] as const;
const entry = `import { adapt } from "@faasade/platforms/aws-lambda";
import { artefact } from "faasade:artefact";

export const handler = adapt(artefact);
`;
/** What requests go through is wanted by the first event: in a file of its own it would cost a cold start more. */
const httpEntry = `import { adapt } from "@faasade/platforms/aws-lambda";
import * as http from "@faasade/platforms/aws-lambda/http";
import { artefact } from "faasade:artefact";

export const handler = adapt(artefact, { http });
`;
const recordingEntry = `import { adapt } from "@faasade/platforms/aws-lambda";
import { recording } from "@faasade/platforms/shared/probe-recording";
import { artefact } from "faasade:artefact";

export const handler = recording(adapt(artefact));
`;
const webEntry = `import { serveWeb } from "@faasade/platforms/aws-lambda/web";
import { artefact } from "faasade:artefact";

serveWeb(artefact);
`;

export const platform: Platform = {
  name: "aws-lambda",
  title: "AWS Lambda",
  upstream: "Alive. Runtime nodejs24.x is current, as of 2026-11-23.",
  triggers: {
    http: { how: "native", redelivers: false, auth: ["public", "platform", "jwt", "signature"] },
    schedule: { how: "native", redelivers: true },
    call: { how: "native", redelivers: false },
    object: { s3: { how: "native", redelivers: true } },
    message: {
      sqs: { how: "native", redelivers: true },
      sns: { how: "native", redelivers: true },
      mqtt: { how: "native", redelivers: true },
      sql: {
        how: "unsupported",
        why: "AWS Lambda waits on no table",
        instead: "Deploy it to a platform with a process that stays, such as kubernetes or knative",
      },
    },
  },
  packagings: {
    zip: {
      title: "event functions in a zip",
      triggers: everyKind,
      units: ["function", "app"],
      form: "zip",
      file: "index.mjs",
      entry,
      httpEntry,
      recordingEntry,
      system: { os: "linux", cpu: "arm64", libc: "glibc" },
      limits: { packedBytes: 50 << 20, unpackedBytes: 250 << 20 },
    },
    image: {
      title: "event functions in an image",
      triggers: everyKind,
      units: ["function", "app"],
      form: "image",
      file: "index.mjs",
      entry,
      httpEntry,
      recordingEntry,
      system: { os: "linux", cpu: "arm64", libc: "glibc" },
      image: {
        base: "public.ecr.aws/lambda/nodejs:24",
        command: ["index.handler"],
        folder: "/var/task",
      },
    },
    web: {
      title: "web functions in a zip",
      triggers: ["http"],
      units: ["app", "function"],
      form: "zip",
      file: "index.js",
      entry: webEntry,
      system: { os: "linux", cpu: "arm64", libc: "glibc" },
      limits: { unpackedBytes: 512 << 20 },
    },
  },
  drivers: {
    "object-store": "s3",
    sql: "pg",
    warehouse: "duckdb",
    queue: "sqs",
    topic: "sns",
    function: "lambda",
    mail: "smtp",
    secret: "env",
  },
  next: deployCommands,
  proofs,
  appProofs,
  here: async (packaging) =>
    packaging === "web"
      ? (await import("./here/web.ts")).startWebHere
      : (await import("./here/start.ts")).startHere,
  manifest: (deployment) => manifest(deployment, platform),
};
