// Where the parts of `tools/runtimes` are installed, and what is said about tests when one is not.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe } from "vitest";
import { notProved } from "../../../../tools/not-proved.ts";

type Part = "npm" | "go" | "pubsub";

/** `describe`, when the part is installed; otherwise it tells what is not proved. */
export function describeOn(title: string, part: Part, tests: () => void): void {
  if (folderOf(part) !== undefined) return void describe(title, tests);
  notProved(title, `${part} of tools/runtimes is not installed`, "run npm run test:runtimes");
  describe.todo(`${title} (not installed: ${part})`);
}

/** @throws {Error} when the part is not installed. */
export function installedPath(part: Part, ...segments: string[]): string {
  const folder = folderOf(part);
  if (folder !== undefined) return join(folder, ...segments);
  throw new Error(`Cannot find ${segments.join("/")}: the ${part} part of tools/runtimes is not installed.`);
}

function folderOf(part: string): string | undefined {
  const folder = process.env[`FAASADE_RUNTIMES_${part.toUpperCase()}`];
  return folder && existsSync(folder) ? folder : undefined;
}
