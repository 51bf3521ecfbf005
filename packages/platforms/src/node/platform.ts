// Node.js on a machine of your own, at build time: a folder with a unit for systemd, or an image with a compose file.
import { nodeImage } from "../shared/kubernetes/image.ts";
import type { Platform, TriggerKind } from "../shared/platform.ts";
import { manifest } from "./manifest/manifest.ts";
import { appProofs, proofs } from "./proofs.ts";

const triggers: readonly TriggerKind[] = ["http", "schedule", "call", "object", "message"];
const units = ["app"] as const;
const entry = `import { serve } from "@faasade/platforms/node";
import { artefact } from "faasade:artefact";

serve(artefact);
`;
const image = nodeImage(entry);

export const platform: Platform = {
  name: "node",
  title: "Node.js",
  upstream: "Alive. Node.js 24 is supported until April 2028; node-cron is at 4.6.0, as of 2026-11-23.",
  triggers: {
    http: { how: "native", redelivers: false, auth: ["public", "platform", "jwt", "signature"] },
    schedule: { how: "bridged", via: "node-cron in the process", redelivers: true },
    call: { how: "bridged", via: "a POST within the machine", redelivers: false },
    object: {
      file: { how: "native", via: "the folder's own record of its changes", redelivers: true },
      s3: {
        how: "unsupported",
        why: "a store tells of a change once, and a process that is restarting does not hear it",
        instead: "Keep the store in a folder, with the file driver, or deploy it to Knative",
      },
    },
    message: {
      sql: { how: "bridged", via: "a consumer in the process", redelivers: true },
      mqtt: { how: "bridged", via: "a subscriber in the process", redelivers: true },
    },
  },
  packagings: {
    process: {
      title: "a folder, run by systemd or by hand",
      triggers,
      units,
      form: "folder",
      file: image.file,
      entry,
      system: image.system,
    },
    container: { title: "one container, by Docker or Podman", triggers, ...image, units },
  },
  drivers: {
    "object-store": "file",
    sql: "pg",
    queue: "sql",
    topic: "mqtt",
    warehouse: "duckdb",
    function: "http",
    mail: "smtp",
    secret: "env",
  },
  next: ({ app, packaging }) =>
    packaging === "container"
      ? "docker compose up --detach"
      : `sudo systemctl link "$PWD/${app}.service" && sudo systemctl enable --now ${app}`,
  here: async () => (await import("../shared/here-process.ts")).startProcessHere,
  proofs,
  appProofs,
  manifest: (deployment) => manifest(deployment, platform),
};
