// What was built, run on this machine by the host of ours, from the folder as it would be published.
// Needs apps/hello.
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startHere } from "../../src/azure-functions/here/start.ts";
import type { Here } from "../../src/shared/here.ts";
import { samples } from "./samples.ts";

const command = join(import.meta.dirname, "../../../cli/src/main.ts");

describe.each([
  { packaging: "v4", prefix: "", native: "timer", foreign: "custom-handler-timer" },
  { packaging: "custom-handler", prefix: "/api", native: "custom-handler-timer", foreign: "timer" },
])("hello, built as $packaging, on this machine", ({ packaging, prefix, native, foreign }) => {
  let out: string;
  let here: Here;
  let said = "";

  beforeAll(async () => {
    out = await mkdtemp(join(tmpdir(), "faasade-azure-"));
    const words = ["--target", "azure-functions", "--packaging", packaging, "--stage", "here", "--out", out];
    await promisify(execFile)(process.execPath, [command, "build", "hello", ...words]);
    const built = join(out, "hello", "azure-functions");
    here = await startHere({
      folder: join(built, "hello"),
      built,
      environment: {},
      timeoutSeconds: 30,
      port: 0,
      onOutput: (text) => {
        said += text;
      },
    });
  }, 60_000);

  afterAll(async () => {
    await here.stop();
    await rm(out, { recursive: true });
  });

  const run = async (name: string, body: unknown) => {
    const text = typeof body === "string" ? body : JSON.stringify(body);
    const reply = await fetch(`${here.eventsUrl}${name}`, { method: "POST", body: text });
    return { status: reply.status, answer: (await reply.json()) as Record<string, unknown> };
  };

  it("answers requests under its prefix, and there alone", async () => {
    expect(here.url).toMatch(new RegExp(`^http://127\\.0\\.0\\.1:\\d+${prefix}$`));
    const reply = await fetch(`${here.url}/w%C3%B6%20rld%3F?loud=`);
    expect([reply.status, await reply.json()]).toMatchObject([200, { greeting: "Hello, wö rld?!" }]);
    expect((await fetch(`${here.url}/a/b/c`)).status).toBe(404);
    const outside = await fetch(`${new URL(here.url).origin}/world`);
    expect(outside.status).toBe(prefix === "" ? 200 : 404);
  });

  it("runs a function by hand, as Azure does", async () => {
    expect(await run("tick", { input: "" })).toEqual({ status: 200, answer: { outputs: {} } });
    await expect.poll(() => said, { timeout: 10_000 }).toContain('"message":"tick"');
  });

  it("takes an invocation as its packaging gets it, and no other", async () => {
    expect(await run("tick", samples.get(native)?.event)).toMatchObject({ status: 200 });
    await expect.poll(() => said, { timeout: 10_000 }).toContain('"due":"2026-11-23T06:00:00.000Z"');
    const { status, answer } = await run("tick", samples.get(foreign)?.event);
    expect([status, answer["message"]]).toEqual([400, expect.stringContaining("Cannot read what was given")]);
    expect(await run("tick", "{")).toMatchObject({ status: 400 });
  });

  it("says which functions can be run by hand", async () => {
    const { status, answer } = await run("greet", { input: "" });
    expect([status, answer["message"]]).toEqual([404, expect.stringMatching(/by hand: tick\.$/)]);
  });
});
