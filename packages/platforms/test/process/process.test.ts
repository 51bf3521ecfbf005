// What a process promises to whoever starts it: what it answers, when it is ready, how it ends.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { describe, expect, it, onTestFinished } from "vitest";

const fixture = fileURLToPath(new URL("./fixture.ts", import.meta.url));

interface Started {
  readonly child: ChildProcess;
  readonly origin: string;
  readonly output: () => string;
  readonly ended: Promise<number | null>;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0);
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" && address !== null ? address.port : 0;
}

async function start(environment: Record<string, string> = {}): Promise<Started> {
  const port = await freePort();
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", fixture], {
    env: { PATH, NODE_COMPILE_CACHE, PORT: String(port), ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (piece: Buffer) => (output += piece));
  const ended = once(child, "close").then(([code]) => code as number | null);
  return { child, origin: `http://127.0.0.1:${port}`, output: () => output, ended };
}

async function ready(started: Started): Promise<Started> {
  for (;;) {
    const reply = await fetch(`${started.origin}/.faasade/health`).catch(() => undefined);
    if (reply?.status === 200) return started;
    if (started.child.exitCode !== null) throw new Error(started.output());
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

async function said(started: Started, words: string): Promise<void> {
  while (!started.output().includes(words)) await new Promise((resolve) => setTimeout(resolve, 10));
}

const post = (started: Started, path: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(`${started.origin}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
const event = { "ce-specversion": "1.0", "ce-id": "1", "ce-source": "/test", "ce-type": "test" };

describe("what a process answers", () => {
  it("is the app's routes, and no events, unless it is told otherwise", async () => {
    const started = await ready(await start());
    expect((await post(started, "/echo", {})).status).toBe(200);
    expect((await post(started, "/.faasade/events/work", {}, event)).status).toBe(404);
  });

  it("is events alone where it serves events", async () => {
    const started = await ready(await start({ FAASADE_SERVE: "events" }));
    expect((await post(started, "/.faasade/events/work", {}, event)).status).toBe(204);
    expect((await post(started, "/echo", {})).status).toBe(404);
  });

  it("is nothing where the environment makes no sense", async () => {
    const odd = await start({ FAASADE_SERVE: "everything" });
    expect(await odd.ended).toBe(1);
    expect(odd.output()).toContain("Set one of: http | events | http,events");
    const port = await start({ PORT: "http" });
    expect(await port.ended).toBe(1);
    expect(port.output()).toContain('PORT is "http"');
  });
});

describe("the end of a process", () => {
  it("waits at SIGTERM for what has begun, takes nothing new, and is in order", async () => {
    const started = await ready(await start());
    const begun = post(started, "/echo", { waitMilliseconds: 700 });
    await said(started, "begun");
    started.child.kill("SIGTERM");
    const reply = await begun;
    expect([reply.status, reply.headers.get("connection")]).toEqual([200, "close"]);
    await expect(post(started, "/echo", {})).rejects.toThrow();
    expect(await started.ended).toBe(0);
  });

  it("comes after a rejection that nobody awaits, is told, and does not drop what has begun", async () => {
    const started = await ready(await start());
    const begun = post(started, "/echo", { waitMilliseconds: 300, crash: 1 });
    expect((await begun).status).toBe(200);
    expect(await started.ended).toBe(1);
    expect(started.output()).toContain("left alone");
  });
});

describe("a process for one run of a schedule", () => {
  it("names the run by its due time, whoever says it", async () => {
    const told = await start({ FAASADE_RUN: "work", FAASADE_DUE: "2026-01-31T06:00:00Z" });
    expect(await told.ended).toBe(0);
    expect(told.output()).toContain('"id":"fixture/work@2026-01-31T06:00:00Z"');
    const minutes = Date.UTC(2026, 0, 31, 6) / 60_000;
    const job = await start({ FAASADE_RUN: "work", FAASADE_JOB: `fixture-work-${minutes}` });
    expect(await job.ended).toBe(0);
    expect(job.output()).toContain('"id":"fixture/work@2026-01-31T06:00:00Z"');
  });

  it.each([
    ["for-now", 1],
    ["for-good", 2],
  ])("says by its exit code whether to try again: %s", async (fail, code) => {
    const started = await start({ FAASADE_RUN: "work", FAIL: fail });
    expect(await started.ended).toBe(code);
    expect(started.output()).toContain(fail.replace("-", " "));
  });

  it("fails for a function that is not there", async () => {
    const started = await start({ FAASADE_RUN: "nothing" });
    expect(await started.ended).toBe(2);
    expect(started.output()).toContain("there is no such function");
  });
});
