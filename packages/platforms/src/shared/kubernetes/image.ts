// What is one and the same of every platform on Kubernetes: its image, its drivers, how a stage is applied and tried.
import type { Packaging, Platform } from "../platform.ts";

export function nodeImage(
  entry: string,
): Pick<Packaging, "units" | "form" | "file" | "entry" | "system" | "image"> {
  return {
    units: ["app", "function"],
    form: "image",
    file: "index.mjs",
    entry,
    system: { os: "linux", cpu: "x64", libc: "glibc" },
    image: {
      base: "docker.io/library/node:24-slim",
      command: ["node", "/app/index.mjs"],
      folder: "/app",
    },
  };
}

export const onKubernetes: Pick<Platform, "drivers" | "next" | "here"> = {
  drivers: { "object-store": "s3", sql: "pg", queue: "sql", function: "http", secret: "env" },
  next: ({ stage }) => `kubectl apply -k overlays/${stage}`,
  here: async () => (await import("../here-process.ts")).startProcessHere,
};
