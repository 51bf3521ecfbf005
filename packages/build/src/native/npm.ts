// Runs npm with this Node, whatever started the build and without a shell.
import { spawn } from "node:child_process";
import { existsSync, realpathSync } from "node:fs";
import { basename, delimiter, dirname, join } from "node:path";

/** @throws {Error} with npm's last lines. */
export function runNpm(folder: string, args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [findNpm(), ...args], {
      cwd: folder,
      stdio: ["ignore", "ignore", "pipe"],
    });
    let said = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      said = (said + text).slice(-4000);
    });
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve();
      else reject(new Error(lastErrors(said) || `npm ended with code ${code}`));
    });
  });
}

function lastErrors(said: string): string {
  const errors = said.split("\n").filter((line) => /^npm (error|ERR!)/.test(line));
  return errors
    .map((line) => line.replace(/^npm (error|ERR!)\s*/, "").trim())
    .filter((line) => line !== "" && !line.startsWith("A complete log"))
    .slice(0, 3)
    .join("; ");
}

/** npm's program: what runs this build if that is npm, else what stands beside Node or on the PATH. */
function findNpm(): string {
  const running = process.env["npm_execpath"];
  if (running !== undefined && basename(running) === "npm-cli.js") return running;
  const folders = [dirname(process.execPath), ...(process.env["PATH"] ?? "").split(delimiter)];
  for (const folder of folders.filter((one) => one !== "")) {
    for (const place of ["node_modules", "../lib/node_modules"]) {
      const program = join(folder, place, "npm/bin/npm-cli.js");
      if (existsSync(program)) return program;
    }
    const link = join(folder, "npm");
    if (existsSync(link) && basename(realpathSync(link)) === "npm-cli.js") return realpathSync(link);
  }
  throw new Error("there is no npm beside Node or on the PATH");
}
