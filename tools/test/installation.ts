/** A small repository with a real ensure-install, a real lockfile and a real npm ci that needs no network. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { root } from "../workspaces.ts";

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

const nodeName = process.platform === "win32" ? "node.exe" : "node";

/** Counts installations, and holds one back for as long as the file "hold" exists. */
const postinstall = `
const fs = require("fs");
fs.appendFileSync("installed", "x");
while (fs.existsSync("hold")) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
`;

const script = `
import { setInterval } from "node:timers";
const [command, ...args] = process.argv.slice(2);
if (command === "exit") process.exit(Number(args[0]));
if (command === "wait") {
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => { console.log(signal); process.exit(7); });
  setInterval(() => {}, 1000);
}
console.log(JSON.stringify({ args: process.argv.slice(2), version: process.version, path: process.env.PATH }));
`;

/** The workspace "node" stands for the npm package of that name; its binary is the Node that runs the tests. */
export class Installation {
  readonly folder = mkdtempSync(join(tmpdir(), "faasade-install-"));
  readonly #running = new Set<ChildProcess>();

  constructor() {
    const version = process.version.slice(1);
    for (const tool of ["ensure-install.cjs", "install"]) {
      cpSync(join(root, "tools", tool), join(this.folder, "tools", tool), { recursive: true });
    }
    this.write("package.json", {
      name: "small",
      version: "1.0.0",
      private: true,
      workspaces: ["stub"],
      scripts: { postinstall: "node postinstall.cjs && node tools/ensure-install.cjs --mark" },
      devDependencies: { node: version, tool: "file:tool" },
    });
    this.write("stub/package.json", { name: "node", version });
    this.write("tool/package.json", { name: "tool", version: "1.0.0" });
    this.write("package-lock.json", {
      name: "small",
      version: "1.0.0",
      lockfileVersion: 3,
      requires: true,
      packages: {
        "": {
          name: "small",
          version: "1.0.0",
          hasInstallScript: true,
          workspaces: ["stub"],
          devDependencies: { node: version, tool: "file:tool" },
        },
        "node_modules/tool": { resolved: "tool", link: true, dev: true },
        tool: { version: "1.0.0", dev: true },
        "node_modules/node": { resolved: "stub", link: true },
        stub: { name: "node", version, dev: true },
      },
    });
    this.write("postinstall.cjs", postinstall);
    this.write("script.mjs", script);
    this.write("packages/cli/package.json", { type: "module" });
    this.write("packages/cli/src/main.ts", script);
    mkdirSync(join(this.folder, "stub", "bin"));
    const binary = join(this.folder, "stub", "bin", nodeName);
    if (process.platform === "win32") cpSync(process.execPath, binary);
    else symlinkSync(process.execPath, binary);
  }

  write(file: string, content: string | object): void {
    const path = join(this.folder, file);
    mkdirSync(join(path, ".."), { recursive: true });
    writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content, null, 2));
  }

  remove(file: string): void {
    rmSync(join(this.folder, file), { recursive: true, force: true });
  }

  exists(file: string): boolean {
    return existsSync(join(this.folder, file));
  }

  get installs(): number {
    return this.exists("installed") ? readFileSync(join(this.folder, "installed"), "utf8").length : 0;
  }

  /** Starts a script through ensure-install, in a group of its own, without a terminal. */
  start(
    args: readonly string[] = [],
    env: Record<string, string> = {},
    script = "script.mjs",
  ): { child: ChildProcess; ended: Promise<Ended> } {
    const child = spawn(
      process.execPath,
      [join(this.folder, "tools", "ensure-install.cjs"), script, ...args],
      {
        cwd: tmpdir(),
        detached: true,
        env: { ...process.env, FAASADE_DATA: "", npm_config_offline: "true", ...env },
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    this.#running.add(child);
    const output = { stdout: "", stderr: "" };
    child.stdout.setEncoding("utf8").on("data", (text) => (output.stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text) => (output.stderr += text));
    const ended = once(child, "close").then(([code, signal]) => {
      this.#running.delete(child);
      return { code, signal, ...output } as Ended;
    });
    return { child, ended };
  }

  run(args: readonly string[] = [], env: Record<string, string> = {}): Promise<Ended> {
    return this.start(args, env).ended;
  }

  /** As `npm run faasade -- <args>`. */
  command(...args: string[]): Promise<Ended> {
    return this.start(args, {}, "packages/cli/src/main.ts").ended;
  }

  /** From now on another package-lock.json is to be installed. */
  changeLockfile(): void {
    appendFileSync(join(this.folder, "package-lock.json"), "\n");
  }

  dispose(): void {
    for (const child of this.#running) killGroup(child);
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Ends the child, and what it started, as `kill -9` would. */
export function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(process.platform === "win32" ? child.pid : -child.pid, "SIGKILL");
  } catch {
    // it ended by itself
  }
}

/** Resolves when the condition holds. @throws {Error} after twenty seconds. */
export async function until(what: string, condition: () => boolean): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`Cannot go on: ${what} did not come true within 20 s.`);
    await delay(20);
  }
}
