/**
 * Any app can be deleted. A test about a certain one says so on a line of its own, `// Needs apps/shop.`, and is
 * left out where that is not here; `npm test` tells which.
 */
import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./workspaces.ts";

export interface LeftOut {
  /** Relative to the folder, with "/". */
  file: string;
  /** Folders that are not here, such as "apps/shop". */
  apps: string[];
}

/** The tests of a workspace that need an app which is not here. */
export function leftOutTests(folder: string, from = root): LeftOut[] {
  const files = globSync("test/**/*.test.ts", { cwd: join(from, folder) }).sort();
  return files
    .map((file) => {
      const apps = neededApps(readFileSync(join(from, folder, file), "utf8"));
      return { file: file.replaceAll("\\", "/"), apps: apps.filter((app) => !existsSync(join(from, app))) };
    })
    .filter(({ apps }) => apps.length > 0);
}

function neededApps(text: string): string[] {
  const line = /^\/\/ Needs (.+)\.$/m.exec(text)?.[1] ?? "";
  return line.match(/apps\/[a-z0-9-]+/g) ?? [];
}
