// Finds the file of a function by its name.
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { CommandFailure, exitCodes } from "../exit-code.ts";

export interface FunctionFile {
  readonly app: string;
  /** Relative to the root, with "/". */
  readonly file: string;
  readonly path: string;
}

/** @throws {CommandFailure} when no function, or more than one, has that name. */
export async function findFunctionFile(root: string, name: string): Promise<FunctionFile> {
  const all = await functionFiles(root);
  const found = Object.entries(all).filter(([known]) => known === name || known.endsWith(`/${name}`));
  const [only] = found;
  if (only !== undefined && found.length === 1) return only[1];
  const names = (found.length > 1 ? found.map(([known]) => known) : Object.keys(all)).join(", ") || "none";
  throw new CommandFailure(exitCodes.refused, `Cannot find one function named ${name}. There are: ${names}.`);
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
