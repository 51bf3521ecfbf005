// Our artefacts that take CloudEvents as they are: built from the function beside this file, in a checkout made for it.
import { cp, mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { buildEverywhere, checkout, fileOf, unpack } from "../artefacts.ts";
import type { Program } from "../programs.ts";

const manifest = {
  name: "@faasade/app-orders",
  version: "0.1.0",
  type: "module",
  dependencies: { "@faasade/connectors": "0.1.0", "@faasade/core": "0.1.0" },
};

/** Whether one takes events is seen when it is asked. */
export async function ownPrograms(folder: string): Promise<Program[]> {
  const root = join(folder, "checkout");
  const app = join(root, "apps/orders");
  await cp(join(import.meta.dirname, "app"), join(app, "src/functions"), { recursive: true });
  await writeFile(join(app, "package.json"), JSON.stringify(manifest));
  for (const name of ["packages", "node_modules"])
    await symlink(join(checkout, name), join(root, name), "junction");
  await cp(join(checkout, "package-lock.json"), join(root, "package-lock.json"));
  await mkdir(join(folder, "artefacts"), { recursive: true });
  const programs: Program[] = [];
  const request = { root, app: "orders", unit: "function", folder: join(folder, "artefacts") } as const;
  for (const { name, result } of await buildEverywhere(request)) {
    const artefact = result.artefacts.find(({ functions }) => functions.includes("take"));
    if (artefact === undefined) continue;
    programs.push({
      name,
      args: [await fileOf(result)],
      folder: await unpack(result, artefact),
      environment: { FAASADE_SERVE: "events" },
    });
  }
  return programs;
}
