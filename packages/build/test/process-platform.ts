// A platform for tests: an artefact is a folder with a process that serves HTTP on `PORT`.
import { dirname } from "node:path";
import type { Packaging, Platform } from "@faasade/platforms/shared/platform";

export const root = dirname(dirname(dirname(import.meta.dirname)));

const native = { how: "native", redelivers: true } as const;
const entry = `import { runProcess } from "./packages/platforms/src/shared/process/index.ts";
import { artefact } from "faasade:artefact";
await runProcess(artefact, { listen: () => ({ port: Number(process.env.PORT), host: "127.0.0.1" }) });
`;
const folder: Packaging = {
  title: "folders with a process",
  triggers: ["http", "schedule", "call", "object", "message"],
  units: ["app", "function"],
  form: "folder",
  file: "index.mjs",
  entry,
  system: { os: "linux", cpu: "arm64", libc: "glibc" },
};

export const processPlatform: Platform = {
  name: "process",
  title: "Processes",
  upstream: "For tests.",
  triggers: {
    http: { ...native, auth: ["public", "platform", "jwt", "signature"] },
    schedule: native,
    call: native,
    object: { s3: native },
    message: {},
  },
  packagings: {
    folder,
    zip: { ...folder, form: "zip" },
    image: {
      ...folder,
      form: "image",
      image: { base: "docker.io/library/node:24-slim", command: ["node", "index.mjs"], folder: "/srv/app" },
    },
    web: { ...folder, triggers: ["http"] },
  },
  next: () => "",
  proofs: [],
  drivers: { "object-store": "s3", sql: "pg", secret: "env" },
  manifest: ({ app, artefacts }) => [
    { path: "deploy.yaml", content: { app, artefacts } },
    { path: "more/deploy.json", content: { app } },
  ],
};
