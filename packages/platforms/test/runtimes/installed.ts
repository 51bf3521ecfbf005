// Where the parts of `tools/runtimes` are installed, and what is said about tests when one is not.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe } from "vitest";
import { notProved } from "../../../../tools/not-proved.ts";

export type RuntimePart = "npm" | "python" | "go" | "manifests" | "awscli";

/** `describe`, when these parts are installed; otherwise it tells what is not proved. */
export function describeInside(title: string, parts: readonly RuntimePart[], tests: () => void): void {
  const missing = parts.filter((part) => folderOf(part) === undefined);
  if (missing.length === 0) {
    describe(title, tests);
    return;
  }
  notProved(title, `${missing.join(", ")} of tools/runtimes is not installed`, "run npm run test:runtimes");
  describe.todo(`${title} (not installed: ${missing.join(", ")})`);
}

/** @throws {Error} when the part is not installed. */
export function installedPath(part: RuntimePart, ...segments: string[]): string {
  const folder = folderOf(part);
  if (folder === undefined) {
    throw new Error(
      `Cannot find ${segments.join("/")}: the ${part} part of tools/runtimes is not installed.`,
    );
  }
  return join(folder, ...segments);
}

export function installedPython(): string {
  const python = process.platform === "win32" ? ["Scripts", "python.exe"] : ["bin", "python"];
  return installedPath("python", "venv", ...python);
}

function folderOf(part: RuntimePart): string | undefined {
  const folder = process.env[`FAASADE_RUNTIMES_${part.toUpperCase()}`];
  return folder && existsSync(folder) ? folder : undefined;
}
