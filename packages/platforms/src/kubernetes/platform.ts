// Kubernetes alone, at build time: Deployments, CronJobs and what they need, through kustomize.
import { nodeImage, onKubernetes } from "../shared/kubernetes/image.ts";
import type { Platform, TriggerKind } from "../shared/platform.ts";
import { deliveries } from "./deliveries.ts";
import { manifest } from "./manifest/manifest.ts";
import { appProofs, proofs } from "./proofs.ts";

const served: readonly TriggerKind[] = ["http", "schedule", "call", "object", "message"];
const entry = `import { serve } from "@faasade/platforms/kubernetes";
import { artefact } from "faasade:artefact";

serve(artefact);
`;

export const platform: Platform = {
  name: "kubernetes",
  title: "Kubernetes",
  upstream: "Alive. 1.37 is what the manifests were checked against, as of 2026-11-23.",
  triggers: {
    http: { how: "native", redelivers: false, auth: ["public", "platform", "jwt", "signature"] },
    schedule: { how: "native", via: "CronJob", redelivers: true },
    call: { how: "bridged", via: "a POST within the cluster", redelivers: false },
    object: {
      s3: {
        how: "bridged",
        via: "the store's notifications, an intake and a queue in Postgres",
        redelivers: true,
      },
    },
    message: {
      sql: { how: "bridged", via: "a consumer that is always running", redelivers: true },
      mqtt: { how: "bridged", via: "a subscriber that is always running", redelivers: true },
    },
  },
  packagings: {
    image: {
      title: "pods of an image",
      triggers: served,
      ...nodeImage(entry),
    },
  },
  ...onKubernetes,
  grants: { object: [{ kind: "queue", name: deliveries, access: "trigger" }] },
  proofs,
  appProofs,
  manifest: (deployment) => manifest(deployment, platform),
};
