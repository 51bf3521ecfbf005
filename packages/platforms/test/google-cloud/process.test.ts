// What a container promises to Cloud Run: what it answers, what it logs, how it ends.
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { scheduleBody } from "../../src/google-cloud/scheduled.ts";
import { killAfterwards } from "../runtimes/afterwards.ts";
import { startNodeServer } from "../runtimes/node-server.ts";
import { until } from "../runtimes/program.ts";
import { scheduler } from "./google.ts";

const fixture = join(import.meta.dirname, "fixture.ts");
const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

async function start(environment: Readonly<Record<string, string>> = {}) {
  const args = ["--disable-warning=ExperimentalWarning", fixture];
  return killAfterwards(
    await startNodeServer(args, { cwd: import.meta.dirname, environment: { PORT: "0", ...environment } }),
  );
}

const echo = (url: string, body: object, headers: Record<string, string> = {}) =>
  fetch(`${url}/echo`, { method: "POST", headers, body: JSON.stringify(body) });
const tick = (url: string) =>
  fetch(`${url}/.faasade/events/tick`, {
    method: "POST",
    headers: { ...scheduler, traceparent },
    body: scheduleBody("fixture", "tick"),
  });

describe("a container of Cloud Run", () => {
  it("answers requests, and takes no events, where the public may call it", async () => {
    const { url } = await start();
    expect((await echo(url, {})).status).toBe(200);
    expect((await tick(url)).status).toBe(404);
  });

  it("takes events, and answers no requests, where Google alone may call it", async () => {
    const { url } = await start({ FAASADE_SERVE: "events" });
    expect((await tick(url)).status).toBe(204);
    expect((await echo(url, {})).status).toBe(404);
    expect((await fetch(`${url}/.faasade/health`)).status).toBe(200);
  });

  it("vouches for callers only where IAM guards it", async () => {
    const open = await start();
    const headers = { authorization: "Bearer forged", "x-goog-iap-jwt-assertion": "forged" };
    expect((await fetch(`${open.url}/admin`, { headers })).status).toBe(401);
    const guarded = await start({ FAASADE_CALLERS: "iam" });
    expect((await fetch(`${guarded.url}/admin`)).status).toBe(200);
  });

  it("logs lines of JSON, with the severity and the trace of the event", async () => {
    const { url, logs } = await start({ FAASADE_SERVE: "events", GOOGLE_CLOUD_PROJECT: "acme", FAIL: "1" });
    expect((await tick(url)).status).toBe(422);
    await until(() => logs().includes("for good") || undefined);
    const entries = logs()
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(entries.find(({ message }) => message === "due")).toMatchObject({
      severity: "WARNING",
      function: "tick",
      fields: { id: "fixture/tick@2026-11-23T06:00:00Z" },
      "logging.googleapis.com/trace": "projects/acme/traces/0af7651916cd43dd8448eb211c80319c",
      "logging.googleapis.com/trace_sampled": true,
    });
    expect(
      entries.some(({ severity, message }) => severity === "ERROR" && /for good/.test(`${message}`)),
    ).toBe(true);
  });

  it("finishes on SIGTERM what it has begun, takes nothing new, and ends in order", async () => {
    const server = await start();
    const begun = echo(server.url, { waitMilliseconds: 700 });
    await until(() => server.logs().includes("begun") || undefined);
    const stopped = server.stop("SIGTERM");
    const reply = await begun;
    expect([reply.status, reply.headers.get("connection")]).toEqual([200, "close"]);
    expect((await stopped).code).toBe(0);
    await expect(echo(server.url, {})).rejects.toThrow();
  });

  it.each([
    [{ FAASADE_SERVE: "everything" }, /FAASADE_SERVE is "everything"/],
    [{ PORT: "http" }, /PORT is "http"/],
  ])("does not start where the environment makes no sense: %j", async (environment, says) => {
    await expect(start(environment)).rejects.toThrow(says);
  });
});
