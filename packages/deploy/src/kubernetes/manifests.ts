// The manifests of an overlay as their files have them, without kustomize: enough to tell what would be made.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse, stringify } from "yaml";

interface Kustomization {
  readonly resources?: readonly string[];
  readonly configMapGenerator?: readonly { readonly name: string; readonly envs?: readonly string[] }[];
}

/** Documents of YAML. @param values given besides, which the app's own settings take. What is no file here is left out. */
export async function readManifests(
  folder: string,
  app: string,
  values: Readonly<Record<string, string>>,
): Promise<string> {
  return (await documentsIn(folder, app, values)).join("\n---\n");
}

async function documentsIn(
  folder: string,
  app: string,
  values: Readonly<Record<string, string>>,
): Promise<string[]> {
  const text = await readFile(join(folder, "kustomization.yaml"), "utf8");
  const { resources = [], configMapGenerator = [] } = parse(text) as Kustomization;
  const read = await Promise.all(
    resources.map(async (path) => {
      if (path.endsWith(".yaml")) return [await readFile(join(folder, path), "utf8").catch(() => "")];
      return documentsIn(join(folder, path), app, values).catch(() => []);
    }),
  );
  const generated = await Promise.all(
    configMapGenerator.map(async ({ name, envs = [] }) => {
      const files = await Promise.all(envs.map((path) => readFile(join(folder, path), "utf8")));
      const data = { ...settingsOf(files.join("\n")), ...(name === app ? values : {}) };
      return stringify({ apiVersion: "v1", kind: "ConfigMap", metadata: { name }, data });
    }),
  );
  return [...read.flat(), ...generated].filter((one) => one.trim() !== "");
}

function settingsOf(text: string): Record<string, string> {
  return Object.fromEntries(
    [...text.matchAll(/^([A-Za-z_]\w*)=(.*)$/gm)].map(([, name = "", value = ""]) => [name, value]),
  );
}
