// Google Cloud, at build time.

import type { BuiltArtefact, Platform } from "../shared/platform.ts";
import { pushCommands } from "../shared/push.ts";
import { manifest } from "./manifest/manifest.ts";
import { variableOf } from "./manifest/names.ts";
import { appProofs, proofs } from "./proofs.ts";

const everyKind = ["http", "schedule", "call", "object", "message"] as const;

const containerEntry = `import { serve } from "@faasade/platforms/google-cloud";
import { artefact } from "faasade:artefact";

serve(artefact);
`;

/** Exported, not registered with the framework: where the buildpack brings that, the artefact cannot import it. */
const frameworkEntry = `import { adapt } from "@faasade/platforms/google-cloud/functions-framework";
import { artefact } from "faasade:artefact";

export const faasade = adapt(artefact);
`;

export const platform: Platform = {
  name: "google-cloud",
  title: "Google Cloud",
  upstream:
    "Alive. Cloud Run's nodejs24 base image is current, functions-framework is at 5.0.5, as of 2026-11-23.",
  triggers: {
    http: { how: "native", redelivers: false, auth: ["public", "platform", "jwt", "signature"] },
    schedule: { how: "native", via: "Cloud Scheduler", redelivers: true },
    call: { how: "native", via: "an authenticated POST", redelivers: false },
    object: {
      gcs: { how: "native", via: "Eventarc", redelivers: true },
      s3: {
        how: "unsupported",
        why: "Eventarc tells of Cloud Storage alone",
        instead: "Deploy it where S3 starts functions, such as aws-lambda or knative",
      },
    },
    message: {
      pubsub: { how: "native", redelivers: true },
      sql: {
        how: "unsupported",
        why: "Cloud Run ends a container that no request is for, and a table asks nobody",
        instead: "Deploy it to a platform with a process that stays, such as kubernetes",
      },
    },
  },
  packagings: {
    "cloud-run": {
      title: "our own server in a container of Cloud Run",
      triggers: everyKind,
      units: ["app", "function"],
      form: "image",
      file: "index.mjs",
      entry: containerEntry,
      system: { os: "linux", cpu: "x64", libc: "glibc" },
      image: {
        base: "docker.io/library/node:24-slim",
        command: ["node", "/app/index.mjs"],
        folder: "/app",
      },
    },
    "functions-framework": {
      title: "a function for Google's functions-framework, deployed from source",
      triggers: everyKind,
      units: ["app", "function"],
      form: "folder",
      // What the framework looks for where package.json names no main file.
      file: "function.js",
      entry: frameworkEntry,
      system: { os: "linux", cpu: "x64", libc: "glibc" },
    },
  },
  drivers: {
    "object-store": "gcs",
    sql: "pg",
    warehouse: "duckdb",
    queue: "pubsub",
    topic: "pubsub",
    function: "http",
    mail: "smtp",
    secret: "env",
  },
  next: (deployment) => {
    const { app, stage, packaging, artefacts } = deployment;
    const script = "sh deploy.sh";
    if (packaging !== "cloud-run") return `PROJECT_ID=<project> REGION=<region> ${script}`;
    const placeOf = (artefact: BuiltArtefact): string =>
      `<region>-docker.pkg.dev/<project>/${app}/${artefact.name}:${stage}`;
    const images = artefacts.map((artefact) => `${variableOf(artefact.name, "IMAGE")}=${placeOf(artefact)}`);
    return [
      `gcloud artifacts repositories create ${app} --repository-format=docker --project=<project> --location=<region>`,
      "gcloud auth configure-docker <region>-docker.pkg.dev",
      ...pushCommands(deployment, placeOf),
      `PROJECT_ID=<project> REGION=<region> ${images.join(" ")} ${script}`,
    ].join("\n");
  },
  proofs,
  appProofs,
  here: async () => (await import("../shared/here-process.ts")).startProcessHere,
  manifest: (deployment) => manifest(deployment, platform),
};
