// What is one and the same of every platform on Kubernetes: its image, its drivers, how a stage is applied and tried.
import type { BuiltArtefact, Packaging, Platform } from "../platform.ts";
import { imageName, pushCommands } from "../push.ts";

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
  drivers: {
    "object-store": "s3",
    sql: "pg",
    queue: "sql",
    topic: "mqtt",
    warehouse: "duckdb",
    function: "http",
    mail: "smtp",
    secret: "env",
  },
  next: (deployment) => {
    const { app, stage, artefacts } = deployment;
    const nameOf = (artefact: BuiltArtefact): string => imageName(app, artefact);
    const placeOf = (artefact: BuiltArtefact): string => `<registry>/${nameOf(artefact)}:${stage}`;
    const images = artefacts.map((artefact) => `${nameOf(artefact)}=${placeOf(artefact)}`).join(" ");
    return [
      ...pushCommands(deployment, placeOf),
      `(cd overlays/${stage} && kustomize edit set image ${images})`,
      `kubectl apply -k overlays/${stage}`,
    ].join("\n");
  },
  here: async () => (await import("../here-process.ts")).startProcessHere,
};
