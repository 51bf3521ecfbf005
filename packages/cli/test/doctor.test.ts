import { once } from "node:events";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { faasade } from "./faasade.ts";
import { type Fixture, makeFixture, repository } from "./fixture.ts";
import { within } from "./within.ts";

interface Report {
  readonly healthy: boolean;
  readonly checks: readonly { name: string; state: string; detail: string; fix?: string }[];
}

let place: Fixture;
beforeAll(() => {
  place = makeFixture();
  place.write(
    "package.json",
    JSON.stringify({ workspaces: ["apps/*"], devDependencies: { node: process.versions.node } }),
  );
  place.write("package-lock.json", JSON.stringify({ packages: { "apps/shop": {} } }));
});
afterAll(() => place.dispose());

async function report(
  env: Record<string, string> = {},
  root = place.root,
): Promise<Report & { code: number | null }> {
  const { code, stdout } = await within({ ...place, root }, ["doctor", "--json"], env);
  return { code, ...(JSON.parse(stdout) as Report) };
}

describe("doctor", () => {
  it("finds an installation of another lockfile wrong, with what repairs it, and ends with 1", async () => {
    const { code, healthy, checks } = await report();
    expect({ code, healthy }).toEqual({ code: 1, healthy: false });
    const wrong = checks.filter(({ state }) => state === "wrong");
    expect(wrong).toMatchObject([{ name: "node_modules", fix: expect.stringContaining("installs anew") }]);
  });

  it("finds an app that the lockfile does not know", async () => {
    place.write("package-lock.json", JSON.stringify({ packages: {} }));
    const { checks } = await report();
    place.write("package-lock.json", JSON.stringify({ packages: { "apps/shop": {} } }));
    expect(checks).toContainEqual(
      expect.objectContaining({
        name: "package-lock.json",
        state: "wrong",
        detail: "does not know apps/shop",
      }),
    );
  });

  it("finds another Node than the pinned one", async () => {
    place.write(
      "package.json",
      JSON.stringify({ workspaces: ["apps/*"], devDependencies: { node: "24.0.0" } }),
    );
    const { checks } = await report();
    expect(checks[0]).toMatchObject({
      name: "Node",
      state: "wrong",
      detail: expect.stringContaining("24.0.0"),
    });
  });

  it("finds a port that is taken, and takes any when none is wanted", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const taken = await report({ FAASADE_PORT: String(port) });
    server.close();
    expect(taken.checks).toContainEqual(
      expect.objectContaining({
        name: "Port",
        state: "wrong",
        detail: `${port} is in use by another program`,
      }),
    );
    expect((await report()).checks).toContainEqual({ name: "Port", state: "ok", detail: "any free one" });
  });

  it("finds data that cannot be a folder", async () => {
    writeFileSync(place.data, "a file");
    const { checks } = await report();
    rmSync(place.data);
    expect(checks).toContainEqual(expect.objectContaining({ name: "Data folder", state: "wrong" }));
  });

  it.runIf(process.platform === "linux")("finds data where no folder can be made (Linux)", async () => {
    const { checks } = await report({ FAASADE_DATA: "/proc/x" });
    expect(checks).toContainEqual(expect.objectContaining({ name: "Data folder", state: "wrong" }));
  });

  it("finds a record whose process is not the world", async () => {
    mkdirSync(place.data);
    const record = { pid: process.pid, page: "http://127.0.0.1:1", gateway: "", token: "secret-token" };
    writeFileSync(join(place.data, "host.json"), JSON.stringify(record));
    const { checks } = await report();
    rmSync(place.data, { recursive: true });
    expect(checks).toContainEqual(expect.objectContaining({ name: "World", state: "wrong" }));
    expect(JSON.stringify(checks)).not.toContain("secret-token");
  });

  it("tells a tool that is missing by what is not proved without it, and takes it for no fault", async () => {
    const { checks } = await report({ FAASADE_CHROMIUM: join(place.root, "nowhere") });
    expect(checks).toContainEqual({
      name: "Chromium",
      state: "missing",
      detail: "optional; without it the page is not tried in a browser",
    });
  });

  it("reads for people too", async () => {
    const { stdout } = await faasade({ ...place, root: repository }, ["doctor"]);
    expect(stdout).toMatch(/^ok +Node +\d/);
    expect(stdout).not.toContain("\u001b");
  });
});
