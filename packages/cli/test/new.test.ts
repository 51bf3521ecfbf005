// Needs apps/hello.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Checkout, copyCheckout } from "./checkout.ts";
import { asked, faasade, Running } from "./faasade.ts";
import { askedWithin, within } from "./within.ts";

let place: Checkout;
beforeAll(() => {
  place = copyCheckout();
}, 120_000);
afterAll(() => place.dispose());

/** A tool of the copy, as a child process; its output counts where it fails. */
async function tool(command: string, ...args: string[]): Promise<{ code: number | null; output: string }> {
  const kept = Object.entries(process.env).filter(([name]) => !/^(FAASADE_|VITEST|npm_|NODE_ENV)/.test(name));
  const path = [dirname(process.execPath), join(place.root, "node_modules", ".bin"), process.env["PATH"]];
  const child = spawn(command, args, {
    cwd: place.root,
    env: { ...Object.fromEntries(kept), PATH: path.join(delimiter), npm_config_offline: "true" },
    shell: process.platform === "win32",
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  const [code] = await once(child, "close");
  return { code: code as number | null, output };
}

function read(path: string): string {
  return readFileSync(join(place.root, path), "utf8");
}

describe("new app", { timeout: 240_000 }, () => {
  it("makes an app like hello, and functions of every kind, whose types, style and tests are green", async () => {
    const { files } = await asked<{ files: string[] }>(place, ["new", "app", "corner-shop", "--json"]);
    expect(files.map((file) => file.replace("apps/corner-shop/", "")).sort()).toEqual([
      "README.md",
      "package.json",
      "src/functions/greet.ts",
      "src/functions/tick.ts",
      "test/app-of.ts",
      "test/greet.test.ts",
      "test/tick.test.ts",
      "tsconfig.json",
    ]);
    const functions = [
      ["list-all"],
      ["charge", "--http", "POST /charges/{id}/parts/{rest+}"],
      ["close-day", "--schedule", "0 22 * * 1-5"],
      ["thumbnail", "--object", "photos"],
      ["delete-thumbnail", "--object", "photos"],
      ["mail", "--message", "delete"],
      ["mail-again", "--message", "delete"],
      ["forward", "--message", "ticketing/sales-of-the-day"],
    ];
    for (const [name = "", ...options] of functions)
      expect(await within(place, ["new", "function", "corner-shop", name, ...options])).toMatchObject({
        code: 0,
      });
    expect(await tool("tsc", "-p", "apps/corner-shop")).toEqual({ code: 0, output: "" });
    const style = await tool("biome", "check", "apps/corner-shop", "package.json");
    expect(style.code, style.output).toBe(0);
    const tests = await tool("vitest", "run", "--project", "corner-shop");
    expect(tests.output).toMatch(/Tests\s.*9 passed/);
    expect(tests.code, tests.output).toBe(0);
  });

  it("keeps package-lock.json as npm itself would write it, and what is installed in step with it", async () => {
    const before = read("package-lock.json");
    const npm = await tool(
      "npm",
      "install",
      "--package-lock-only",
      "--ignore-scripts",
      "--no-audit",
      "--no-fund",
    );
    expect(npm.code, npm.output).toBe(0);
    expect(read("package-lock.json")).toBe(before);
    const linked = join(place.root, "node_modules", "@faasade", "app-corner-shop");
    expect(realpathSync(linked)).toBe(join(place.root, "apps", "corner-shop"));
    const { checks } = JSON.parse((await faasade(place, ["doctor", "--json"])).stdout) as {
      checks: { name: string; state: string }[];
    };
    expect(
      checks.filter(({ name }) => /package-lock|node_modules/.test(name)).map(({ state }) => state),
    ).toEqual(["ok", "ok"]);
    const run = await tool(
      "node",
      "tools/ensure-install.cjs",
      "packages/cli/src/main.ts",
      "inspect",
      "corner-shop/greet",
    );
    expect(run.output).toContain("GET /{name}");
    expect(run.output).not.toContain("Installing");
  });

  it("starts in the local world, where what it made answers through the gateway", async () => {
    const world = new Running(place, ["up", "corner-shop"]);
    try {
      await world.until("Ctrl-C");
      const { gateway, apps } = await askedWithin<{ gateway: string; apps: object }>(place, [
        "status",
        "--json",
      ]);
      expect(apps).toEqual({ "corner-shop": expect.objectContaining({ state: "ready" }) });
      const response = await fetch(`${gateway}/corner-shop/world`);
      expect([response.status, await response.json()]).toEqual([200, { greeting: "Hello, world!" }]);
    } finally {
      world.child.kill("SIGKILL");
      await world.ended;
    }
  });
});

describe("new", () => {
  it.each([
    [["app", "Shop"], 2, 'Cannot name an app "Shop": names are kebab case, such as "make-renditions",'],
    [["app", "../shop"], 2, 'leave out the "/"'],
    [["app", "world"], 2, "the name is taken"],
    [["app", "hello"], 3, "apps/hello is there already"],
    [["app", "core"], 3, "packages/core is there already"],
    [["function", "hello", "greet"], 3, "greet.ts: it is there already"],
    [["function", "nowhere", "greet"], 3, "new app nowhere"],
    [["function", "hello", "a/b"], 2, 'leave out the "/"'],
    [["function", "hello", "x", "--http", "get /x"], 2, "GET /photos/{key}"],
    [["function", "hello", "x", "--schedule", "61 * * * *"], 2, "61"],
    [["function", "hello", "x", "--object", "Photos!"], 2, "kebab case"],
  ])("%j writes nothing and says why", async (args, code, says) => {
    const before = read("package-lock.json");
    const ended = await within(place, ["new", ...args]);
    expect(ended.stderr).toContain(says);
    expect(ended).toMatchObject({ code, stdout: "" });
    expect(read("package-lock.json")).toBe(before);
    expect(existsSync(join(place.root, "apps", "hello", "src", "functions", "x.ts"))).toBe(false);
  });
});
