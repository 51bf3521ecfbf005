// package-lock.json, cut down to what the ejected folder asks for: by npm itself, without asking any registry.
import { execFile } from "node:child_process";
import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { CommandFailure, exitCodes } from "../exit-code.ts";

const flags = ["--package-lock-only", "--offline", "--ignore-scripts", "--no-audit", "--no-fund"];

/** npm keeps the versions and hashes that a lockfile has, and forgets what no package.json leads to. */
export async function pruneLockfile(root: string, folder: string): Promise<void> {
  await copyFile(join(root, "package-lock.json"), join(folder, "package-lock.json"));
  const script = process.env["npm_execpath"];
  const isNpm = script !== undefined && /npm-cli\.js$/.test(script);
  const [command, args] = isNpm ? [process.execPath, [script]] : ["npm", []];
  const shell = !isNpm && process.platform === "win32"; // there npm is npm.cmd, which only a shell runs
  await promisify(execFile)(command, [...args, "install", ...flags], { cwd: folder, shell }).catch(
    ({ stderr, message }: Error & { stderr?: string }) => {
      throw new CommandFailure(
        exitCodes.failed,
        `Cannot prune package-lock.json: npm install --package-lock-only did not succeed. ${(stderr || message).trim()}`,
      );
    },
  );
}
