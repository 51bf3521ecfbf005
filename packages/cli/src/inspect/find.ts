// Finds the file of a function by its name.
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { chooseName } from "@faasade/local/control";
import { refused } from "../exit-code.ts";

export interface FunctionFile {
  readonly app: string;
  /** Relative to the root, with "/". */
  readonly file: string;
  readonly path: string;
}

/** @throws {CommandFailure} when no function, or more than one, has that name. */
export async function findFunctionFile(root: string, name: string): Promise<FunctionFile> {
  const all = await functionFiles(root);
  return all[chooseName("function", name, Object.keys(all), refused)] as FunctionFile;
}

async function functionFiles(root: string): Promise<Record<string, FunctionFile>> {
  const found: Record<string, FunctionFile> = {};
  for (const app of (await readdir(join(root, "apps")).catch(() => [])).sort()) {
    const files = await readdir(join(root, "apps", app, "src/functions")).catch(() => []);
    for (const name of files.filter((one) => one.endsWith(".ts") && !one.endsWith(".d.ts")).sort()) {
      const file = `apps/${app}/src/functions/${name}`;
      found[`${app}/${name.slice(0, -3)}`] = { app, file, path: join(root, file) };
    }
  }
  return found;
}
