import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { faasade, Running, until } from "./faasade.ts";
import { type Fixture, makeFixture } from "./fixture.ts";
import { within } from "./within.ts";

let place: Fixture;
const started: Running[] = [];
beforeAll(() => {
  place = makeFixture();
});
afterEach(async () => {
  for (const { child, ended } of started.splice(0)) {
    child.kill("SIGKILL");
    await ended;
  }
});
afterAll(() => place.dispose());

async function up(args: readonly string[] = [], env: Record<string, string> = {}): Promise<Running> {
  const running = new Running(place, ["up", ...args], { env });
  started.push(running);
  await running.until("Ctrl-C");
  return running;
}

describe("up", { timeout: 180_000 }, () => {
  it("shows one screen: the page, a line to try for each app, where data lives, how to stop", async () => {
    const { child, stdout, stderr, ended } = await up();
    expect(
      stdout
        .replace(/:\d+/g, ":PORT")
        .replace(/token=\S+/, "token=TOKEN")
        .replace(/\([\d.]+ s\)/, "(SECONDS)"),
    ).toBe(
      `
  faasade is ready (SECONDS)

  Page  http://127.0.0.1:PORT/#token=TOKEN

  shop  curl http://127.0.0.1:PORT/shop/hello

  Data  ${place.data}
  Stop  Ctrl-C
  More  npm run faasade -- --help

`,
    );
    expect(stderr).toBe("… opening the data\n… starting shop\n");
    const entry = join(place.root, "node_modules", ".faasade-worlds", String(child.pid));
    expect(JSON.parse(readFileSync(entry, "utf8"))).toEqual({ pid: child.pid, data: place.data });
    const [, page = ""] = /Page +(\S+)/.exec(stdout) ?? [];
    expect((await fetch(page)).status).toBe(200);

    const second = await faasade(place, ["up"]);
    expect(second).toMatchObject({ code: 1, stdout: "" });
    expect(second.stderr).toContain("a world runs on it already");
    expect(second.stderr).toContain(page);
    expect(second.stderr).toContain("npm run faasade -- stop");
    expect((await within(place, ["reset", "--yes"])).code).toBe(1);

    // npm passes on what the terminal sends to everybody.
    child.kill("SIGINT");
    child.kill("SIGINT");
    expect(await ended).toMatchObject({ code: 0, signal: null });
    expect(existsSync(entry)).toBe(false);
    expect(await within(place, ["status"])).toMatchObject({ code: 1 });
  });

  it("begins at the time that is asked for, and at no time that the data has seen", async () => {
    const later = { ...place, data: join(place.root, "data-at") };
    const night = "2027-03-28T00:55:00Z";
    const running = new Running(later, ["up", "--at", night]);
    started.push(running);
    await running.until("Ctrl-C");
    const { stdout } = await within(later, ["clock", "show", "--json"]);
    const { now } = JSON.parse(stdout) as { now: string };
    expect(Date.parse(now) - Date.parse(night)).toBeGreaterThanOrEqual(0);
    expect(Date.parse(now) - Date.parse(night)).toBeLessThan(120_000);
    await within(later, ["stop"]);
    await running.ended;
    const back = await faasade(later, ["up", "--at", "2027-03-27T00:00:00Z"]);
    expect(back).toMatchObject({
      code: 3,
      stdout: "",
      stderr: expect.stringContaining("Cannot move the clock back"),
    });
    expect(await within(later, ["up", "--at", "tomorrow"])).toMatchObject({ code: 2, stdout: "" });
  });

  it("opens the page on the port that is asked for, and says when it is taken", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const refused = await faasade(place, ["up"], { env: { FAASADE_PORT: String(port) } });
    server.close();
    await once(server, "close");
    expect(refused).toMatchObject({ code: 1, stdout: "" });
    expect(refused.stderr).toContain(`Cannot open the page on port ${port}: another program listens there.`);
    const { child, stdout, ended } = await up(["shop"], { FAASADE_PORT: String(port) });
    expect(stdout).toContain(`Page  http://127.0.0.1:${port}/#token=`);
    child.kill("SIGTERM");
    expect(await ended).toMatchObject({ code: 0, signal: null });
  });

  it("leaves nothing behind that says it runs, when it does not start, and clears what killed worlds left", async () => {
    const folder = join(place.root, "node_modules", ".faasade-worlds");
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, String(2 ** 30)), "{}");
    const failed = new Running(place, ["up", "shpo"]);
    expect(await failed.ended).toMatchObject({ code: 3 });
    const entries = readdirSync(folder);
    expect(entries).not.toContain(String(2 ** 30));
    expect(entries).not.toContain(String(failed.child.pid));
  });

  it("says that its data cannot be kept in what is no folder", async () => {
    const file = join(place.root, "a-file");
    writeFileSync(file, "");
    for (const data of [file, join(file, "data")]) {
      const { code, stdout, stderr } = await faasade({ ...place, data }, ["up"]);
      expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
      expect(stderr).toContain(`Cannot keep the world's data in ${data}: `);
      expect(stderr).toContain("Set FAASADE_DATA");
    }
  });

  it.runIf(process.platform === "linux")(
    "says so, and does not try for ever, where there are folders but none can be made (Linux)",
    async () => {
      const { code, stdout, stderr } = await faasade({ ...place, data: "/proc/x/data" }, ["up"]);
      expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
      expect(stderr).toContain("Cannot keep the world's data in /proc/x/data: no folder can be made there");
    },
  );

  it("starts with an app that does not load, says why in one line, and when it runs again", async () => {
    place.write("apps/odd/package.json", "{}");
    const source = "apps/odd/src/functions/odd.ts";
    place.write(source, "export default 1;\n");
    const running = await up();
    expect(running.stdout).toContain("but not every app starts");
    expect(running.stdout).toMatch(/^ {2}odd +does not start: .*Cannot load .*odd\.ts/m);
    place.write(
      source,
      `import { defineFunction, schedule } from "@faasade/core";
export default defineFunction({ name: "odd", trigger: schedule("0 0 1 1 *"), async handle() {} });
`,
    );
    await until("the repair", () => running.stderr.includes("odd runs again."));
    place.write(source, "export default 2;\n");
    await until("the mistake", () =>
      /^odd does not start: Cannot load src\S+odd\.ts: .* Its former version goes on answering$/m.test(
        running.stderr,
      ),
    );
    expect(running.stderr.split("\n").filter((line) => line.includes("does not start"))).toHaveLength(1);
    rmSync(join(place.root, "apps/odd"), { recursive: true });
  });

  it("shows the loser of two starts where the winner is, and starts again when that was killed; waits for what is in flight after Ctrl-C, but not after two", async () => {
    const both = [new Running(place, ["up"]), new Running(place, ["up"])];
    started.push(...both);
    const [lost, loser] = await Promise.race(both.map(async (one) => [one, await one.ended] as const));
    expect(loser).toMatchObject({ code: 1, stdout: "" });
    expect(loser.stderr).toContain("a world runs on it already");
    expect(loser.stderr).toContain("npm run faasade -- stop");
    const winner = both.find((one) => one !== lost);
    await winner?.until("Ctrl-C");
    winner?.child.kill("SIGKILL");
    await winner?.ended;
    expect(await within(place, ["status", "--json"])).toMatchObject({ code: 1, stdout: '{"ready":false}\n' });
    const again = await up();

    const lingering = new Running(place, ["invoke", "linger"]);
    started.push(lingering);
    await until("the function", async () => (await within(place, ["logs"])).stdout.includes("lingering"));
    again.child.kill("SIGINT");
    again.child.kill("SIGTERM");
    await until("the stopping", () => again.stderr.includes("Stopping"));
    const askAgain = setInterval(() => again.child.kill("SIGINT"), 100);
    const { code, signal, stderr } = await again.ended;
    clearInterval(askAgain);
    expect({ code, signal }).toEqual({ code: 130, signal: null });
    expect(stderr).not.toContain("Stopped.");
  });
});
