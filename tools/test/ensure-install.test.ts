import { execFileSync } from "node:child_process";
import { chmodSync, globSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { transform } from "esbuild";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { root } from "../workspaces.ts";
import { Installation, killGroup, until } from "./installation.ts";

const onWindows = process.platform === "win32";
let small: Installation;

beforeEach(() => {
  small = new Installation();
});
afterEach(() => small.dispose());

describe("ensure-install", () => {
  it("installs on the first start and nothing on the second, and leaves stdout to the script", async () => {
    const first = await small.run(["a", "b c"]);
    expect(first).toMatchObject({ code: 0, stderr: expect.stringContaining("Installing") });
    expect(JSON.parse(first.stdout)).toMatchObject({ args: ["a", "b c"], version: process.version });
    const second = await small.run();
    expect(second).toMatchObject({ code: 0, stderr: "" });
    expect(small.installs).toBe(1);
  });

  it("puts the pinned Node and the installed tools first on PATH", async () => {
    const { path } = JSON.parse((await small.run()).stdout);
    const modules = join(small.folder, "node_modules");
    expect(
      path.startsWith([join(modules, "node", "bin"), join(modules, ".bin")].join(onWindows ? ";" : ":")),
    ).toBe(true);
  });

  it("keeps what Node compiled for the next start", async () => {
    const compiled = () =>
      globSync("node_modules/.cache/faasade/compiled/*/*", { cwd: small.folder }).map(
        (file) => `${file} ${statSync(join(small.folder, file)).mtimeMs}`,
      );
    await small.run([], { NODE_COMPILE_CACHE: "" });
    const kept = compiled();
    expect(kept).not.toEqual([]);
    const second = await small.run([], { NODE_COMPILE_CACHE: "", NODE_DEBUG_NATIVE: "COMPILE_CACHE" });
    expect(second.stderr).toMatch(/script\.mjs.* was accepted/);
    expect(compiled()).toEqual(kept);
  });

  it("leaves where that is kept to the user, and does without where nothing can be written", async () => {
    expect(await small.run([], { NODE_COMPILE_CACHE: join(small.folder, "mine") })).toMatchObject({
      code: 0,
    });
    expect([small.exists("mine"), small.exists("node_modules/.cache")]).toEqual([true, false]);
    small.write("node_modules/.cache", "no folder");
    const { code, stderr } = await small.run([], { NODE_COMPILE_CACHE: "" });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  });

  it("installs again when the lockfile has changed", async () => {
    await small.run();
    small.changeLockfile();
    expect(await small.run()).toMatchObject({ code: 0 });
    expect(small.installs).toBe(2);
  });

  it("installs over a node_modules that something else has made", async () => {
    small.write("node_modules/left-over/index.js", "");
    expect(await small.run()).toMatchObject({ code: 0 });
    expect(small.exists("node_modules/left-over")).toBe(false);
  });

  it("takes what npm installed by itself, and what it installed in part for nothing", async () => {
    const npm = (...args: string[]) => execFileSync("npm", args, { cwd: small.folder, shell: onWindows });
    npm("ci", "--no-audit", "--no-fund");
    expect(await small.run()).toMatchObject({ code: 0, stderr: "" });
    expect(small.installs).toBe(1);
    small.changeLockfile();
    npm("ci", "--no-audit", "--no-fund", "--ignore-scripts");
    expect(await small.run()).toMatchObject({ code: 0, stderr: expect.stringContaining("Installing") });
  });

  it("installs the development dependencies although NODE_ENV says production", async () => {
    expect(await small.run([], { NODE_ENV: "production" })).toMatchObject({ code: 0 });
    expect(small.exists("node_modules/tool")).toBe(true);
  });

  it("installs once when two start at the same time, and both run", async () => {
    small.write("hold", "");
    const first = small.start(["first"]);
    await until("the first installation", () => small.installs === 1);
    const second = small.start(["second"]);
    let waiting = "";
    second.child.stderr?.on("data", (text) => (waiting += text));
    await until("the second waiting", () => waiting.includes(`Waiting for process ${first.child.pid}`));
    small.remove("hold");
    const ended = await Promise.all([first.ended, second.ended]);
    expect(ended.map(({ code, stdout }) => [code, JSON.parse(stdout).args])).toEqual([
      [0, ["first"]],
      [0, ["second"]],
    ]);
    expect(small.installs).toBe(1);
  });

  it.skipIf(onWindows)(
    "heals an installation that was killed (groups of processes: not on Windows)",
    async () => {
      small.write("hold", "");
      const killed = small.start();
      await until("the installation", () => small.installs === 1);
      killGroup(killed.child);
      await killed.ended;
      small.remove("hold");
      expect(small.exists(".faasade/install.lock")).toBe(true);
      expect(await small.run()).toMatchObject({ code: 0 });
      expect(small.installs).toBe(2);
      expect(small.exists(".faasade/install.lock")).toBe(false);
    },
  );

  it("lets one of many take over the lock of a dead process", async () => {
    small.write(".faasade/install.lock", { pid: 2 ** 30, token: "dead" });
    const ended = await Promise.all([small.run(), small.run(), small.run(), small.run()]);
    expect(ended.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
    expect(small.installs).toBe(1);
  });

  it.skipIf(onWindows)(
    "waits for npm when only the installer was killed, and takes what it installed (kill -9: not on Windows)",
    async () => {
      small.write("hold", "");
      const killed = small.start();
      await until("the installation", () => small.installs === 1);
      killed.child.kill("SIGKILL");
      const next = small.start();
      let waiting = "";
      next.child.stderr?.on("data", (text) => (waiting += text));
      await until("waiting", () => waiting.includes("Waiting for process"));
      expect(small.installs).toBe(1);
      small.remove("hold");
      expect(await next.ended).toMatchObject({ code: 0 });
      expect(small.installs).toBe(1);
    },
  );

  it("refuses to install while the local world runs, and says how to stop it", async () => {
    small.write("data/host.json", { pid: process.pid, page: "http://127.0.0.1:1/" });
    const refused = await small.run([], { FAASADE_DATA: "data" });
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain("http://127.0.0.1:1/");
    expect(refused.stderr).toContain(`end process ${process.pid}`);
    expect(small.installs).toBe(0);
  });

  it("installs when the world that wrote host.json is gone", async () => {
    small.write(".faasade/host.json", { pid: 2 ** 30, page: "http://127.0.0.1:1/" });
    expect(await small.run()).toMatchObject({ code: 0 });
  });

  it("does not mind a running world when nothing is to be installed", async () => {
    await small.run();
    small.write(".faasade/host.json", { pid: process.pid, page: "http://127.0.0.1:1/" });
    expect(await small.run()).toMatchObject({ code: 0 });
  });

  it("refuses while a world runs on other data, or is just starting, and minds none that is gone", async () => {
    const data = join(small.folder, "elsewhere");
    const gone = `node_modules/.faasade-worlds/${2 ** 30}`;
    small.write(gone, { pid: 2 ** 30, data });
    small.write(`node_modules/.faasade-worlds/${process.pid}`, { pid: process.pid, data });
    const refused = await small.run();
    expect(refused).toMatchObject({ code: 1, stdout: "" });
    expect(refused.stderr).toContain(`process ${process.pid}, ${data}`);
    expect(small.installs).toBe(0);
    expect(small.exists(gone)).toBe(false);
    small.remove(`node_modules/.faasade-worlds/${process.pid}`);
    expect(await small.run()).toMatchObject({ code: 0 });
  });

  it("lets commands for the running world use what is installed, but starts and tests nothing on it", async () => {
    await small.run();
    small.changeLockfile();
    small.write(`node_modules/.faasade-worlds/${process.pid}`, { pid: process.pid, data: "data" });
    for (const args of [["stop"], ["--help"], ["up", "--help"]]) {
      const { code, stdout, stderr } = await small.command(...args);
      expect({ code, args: JSON.parse(stdout).args }).toEqual({ code: 0, args });
      expect(stderr).toMatch(/^The packages are installed anew when the world has stopped.*\n$/);
    }
    for (const refused of [await small.command("up"), await small.run()])
      expect(refused).toMatchObject({
        code: 1,
        stdout: "",
        stderr: expect.stringContaining("Cannot install"),
      });
    expect(small.installs).toBe(1);
    small.remove(`node_modules/.faasade-worlds/${process.pid}`);
    expect(await small.command("stop")).toMatchObject({ code: 0 });
    expect(small.installs).toBe(2);
  });

  it("says what is in the way of its folder", async () => {
    small.write(".faasade", "");
    const { code, stdout, stderr } = await small.run();
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/^Cannot install .* nothing can be written to .*\.faasade \(\w+\)\. .*\n$/);
  });

  it.skipIf(onWindows || process.getuid?.() === 0)(
    "says that a checkout may not be written (not on Windows, nor as root, who may write everywhere)",
    async () => {
      chmodSync(small.folder, 0o555);
      const { code, stderr } = await small.run();
      chmodSync(small.folder, 0o755);
      expect(code).toBe(1);
      expect(stderr).toMatch(/^Cannot install .* nothing can be written to .* \(EACCES\)\. .*\n$/);
    },
  );

  it("says what would bring a pinned Node that the installation did not bring", async () => {
    small.remove("stub/bin");
    const failed = await small.run();
    expect(failed).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("npm rebuild node --ignore-scripts=false"),
    });
    expect(small.exists("node_modules/.faasade-install")).toBe(false);
  });

  it("does not mark an installation that failed", async () => {
    small.write("postinstall.cjs", "process.exit(3)");
    expect(await small.run()).toMatchObject({ code: 1, stdout: "" });
    small.write("postinstall.cjs", "");
    expect(await small.run()).toMatchObject({ code: 0 });
  });

  it("ends with the script's exit code", async () => {
    await small.run();
    expect(await small.run(["exit", "42"])).toMatchObject({ code: 42 });
  });

  it.skipIf(onWindows).each(["SIGINT", "SIGTERM"] as const)(
    "passes %s on and waits for the script (no signals on Windows)",
    async (signal) => {
      await small.run();
      const { child, ended } = small.start(["wait"]);
      await new Promise((resolve) => child.stdout?.once("data", resolve));
      child.kill(signal);
      expect(await ended).toMatchObject({ code: 7, stdout: expect.stringContaining(signal) });
    },
  );

  it("is written so that an old Node reads it", async () => {
    const folder = join(root, "tools");
    const files = globSync("{*,install/*}.cjs", { cwd: folder });
    expect(files.map((file) => dirname(file))).toContain("install");
    for (const file of files) {
      const code = readFileSync(join(folder, file), "utf8");
      const [old, plain] = await Promise.all([
        transform(code, { target: "es5" }),
        transform(code, { supported: { "object-extensions": false } }),
      ]);
      expect(old.code, file).toBe(plain.code);
    }
  });
});
