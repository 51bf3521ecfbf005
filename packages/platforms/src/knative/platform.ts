// Knative, at build time: Serving's Services, Eventing's Broker and Triggers, through kustomize.
import { nodeImage, onKubernetes } from "../shared/kubernetes/image.ts";
import type { Platform } from "../shared/platform.ts";
import { manifest } from "./manifest/manifest.ts";
import { appProofs, proofs } from "./proofs.ts";

const everyKind = ["http", "schedule", "call", "object", "message"] as const;
const entry = `import { serve } from "@faasade/platforms/knative";
import { artefact } from "faasade:artefact";

serve(artefact);
`;

export const platform: Platform = {
  name: "knative",
  title: "Knative",
  upstream:
    "Alive, graduated from the CNCF. Its resources are those of Serving and Eventing v1, as of 2026-11-23.",
  triggers: {
    http: { how: "native", redelivers: false, auth: ["public", "platform", "jwt", "signature"] },
    schedule: { how: "native", via: "PingSource and Broker", redelivers: true },
    call: { how: "native", via: "a POST within the cluster", redelivers: false },
    object: {
      s3: { how: "bridged", via: "the store's notifications, an intake and the Broker", redelivers: true },
    },
    message: {
      sql: { how: "bridged", via: "a consumer that is always running", redelivers: true },
      mqtt: { how: "bridged", via: "a subscriber that is always running", redelivers: true },
    },
  },
  packagings: {
    image: {
      title: "Services of an image",
      triggers: everyKind,
      ...nodeImage(entry),
    },
  },
  ...onKubernetes,
  proofs,
  appProofs,
  manifest: (deployment) => manifest(deployment, platform),
};
