// Where apps can be deployed to, by platform; a target is loaded when it is asked for.
import type { Target } from "./target.ts";

export const targets: Readonly<Record<string, () => Promise<Target>>> = {
  "aws-lambda": async () => (await import("./aws-lambda/target.ts")).target,
  "azure-functions": async () => (await import("./azure-functions/target.ts")).target,
  "google-cloud": async () => (await import("./google-cloud/target.ts")).target,
  knative: async () => (await import("./kubernetes/target.ts")).targetOf("knative"),
  kubernetes: async () => (await import("./kubernetes/target.ts")).targetOf("kubernetes"),
};
