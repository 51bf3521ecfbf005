// What a pod of plain Kubernetes does, by what its manifest tells it.
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { saidOf, start, startReady } from "./process.ts";

const fixture = join(import.meta.dirname, "fixture.ts");

describe("a pod of Kubernetes", () => {
  it("answers requests, or calls, and never both", async () => {
    const call = { method: "POST", headers: { "content-type": "application/cloudevents+json" } } as const;
    const body = JSON.stringify({ specversion: "1.0", id: "1", source: "/a", type: "t", data: 21 });
    const http = await startReady(fixture, {});
    expect(await (await fetch(`${http.origin}/say`)).text()).toBe("said");
    expect((await fetch(`${http.origin}/.faasade/events/double`, { ...call, body })).status).toBe(404);
    const events = await startReady(fixture, { FAASADE_SERVE: "events" });
    expect(await (await fetch(`${events.origin}/.faasade/events/double`, { ...call, body })).json()).toBe(42);
    expect((await fetch(`${events.origin}/say`)).status).toBe(404);
  });

  it("runs the schedule that its Job is due for, and says by its exit code whether to try again", async () => {
    const job = `suite-tick-${Date.UTC(2026, 0, 31, 6) / 60_000}`;
    for (const [fail, code] of [
      [{}, 0],
      [{ FAIL: "unavailable" }, 1],
      [{ FAIL: "invalid" }, 2],
    ] as const) {
      const run = await start(fixture, { FAASADE_RUN: "tick", FAASADE_JOB: job, ...fail });
      expect(await run.ended).toBe(code);
      expect(saidOf(run, "ticked")).toEqual(["suite/tick@2026-01-31T06:00:00Z"]);
    }
  });

  it("lets in to what the platform guards whom its gateway vouches for, and nobody else", async () => {
    const secret = "what-the-gateway-knows";
    const guarded = async (environment: Record<string, string>, headers: Record<string, string>) => {
      const pod = await startReady(fixture, environment);
      return (await fetch(`${pod.origin}/guarded`, { headers })).status;
    };
    const vouched = { "x-faasade-gateway": secret };
    expect(await guarded({ FAASADE_GATEWAY_SECRET: secret }, vouched)).toBe(200);
    expect(await guarded({ FAASADE_GATEWAY_SECRET: secret }, { "x-faasade-gateway": "something else" })).toBe(
      401,
    );
    expect(await guarded({ FAASADE_GATEWAY_SECRET: secret }, {})).toBe(401);
    expect(await guarded({}, vouched)).toBe(401);
    expect(await guarded({}, { "x-faasade-gateway": "undefined" })).toBe(401);
  });

  it("does not start where its environment makes no sense", async () => {
    for (const [environment, says] of [
      [{ FAASADE_SERVE: "everything" }, "FAASADE_SERVE"],
      [{ FAASADE_SERVE: "consume", FAASADE_DRAIN_SECONDS: "soon" }, "FAASADE_DRAIN_SECONDS"],
      [{ FAASADE_GATEWAY_SECRET: "short" }, "FAASADE_GATEWAY_SECRET"],
      [{ FAASADE_SERVE: "consume", PORT: "http" }, "PORT"],
    ] as const) {
      const odd = await start(fixture, environment);
      expect(await odd.ended).toBe(1);
      expect(odd.output()).toContain(says);
    }
  });
});
