// Every platform, by the name of its folder; its build-time face is loaded when it is asked for.
import type { Platform } from "./shared/platform.ts";

export const platforms: Readonly<Record<string, () => Promise<Platform>>> = {
  "aws-lambda": async () => (await import("./aws-lambda/platform.ts")).platform,
  "azure-functions": async () => (await import("./azure-functions/platform.ts")).platform,
  "google-cloud": async () => (await import("./google-cloud/platform.ts")).platform,
  knative: async () => (await import("./knative/platform.ts")).platform,
  kubernetes: async () => (await import("./kubernetes/platform.ts")).platform,
  node: async () => (await import("./node/platform.ts")).platform,
};
