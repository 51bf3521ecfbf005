// The small parts of the world, alone.

import { type ErrorCode, FunctionError } from "@faasade/core";
import type { Outcome } from "@faasade/core/adapter";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RestartDelay } from "../src/app/restart-delay.ts";
import { resultOf } from "../src/app/result.ts";
import { WorldClock } from "../src/clock.ts";
import { Causes } from "../src/data/causes.ts";
import { backOffSeconds } from "../src/events/back-off.ts";
import { ChaosSwitch } from "../src/events/chaos.ts";
import { isLocalHost } from "../src/local-host.ts";

describe("the back-off", () => {
  it("grows with each attempt, stays within its cap, and obeys what the failure asked for", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (attempt, chance) => {
          const wait = backOffSeconds(attempt, undefined, () => chance);
          expect(wait).toBeGreaterThanOrEqual(Math.min(300, 2 ** (attempt - 1)) / 2);
          expect(wait).toBeLessThanOrEqual(300);
        },
      ),
    );
    expect(backOffSeconds(9, 7, Math.random)).toBe(7);
    expect(backOffSeconds(1, 86_400, Math.random)).toBe(300);
  });
});

describe("the clock", () => {
  it("goes ahead, tells who listens, and never goes back", () => {
    const clock = new WorldClock();
    const moves: number[] = [];
    clock.onMove((ahead) => moves.push(ahead));
    clock.advance(1000);
    expect(clock.now()).toBeGreaterThanOrEqual(Date.now() + 900);
    expect(() => clock.advance(-1)).toThrow(/back/);
    expect(() => clock.advance(Number.NaN)).toThrow(/back/);
    expect(moves).toEqual([1000]);
  });
});

describe("causes", () => {
  it("are found by the span an effect carries, within the trace of what came before", () => {
    const causes = new Causes();
    const first = causes.open("request");
    const second = causes.open("attempt", first);
    expect(second.slice(0, 36)).toBe(first.slice(0, 36));
    expect(causes.find(first)).toBe("request");
    expect(causes.find(second)).toBe("attempt");
    expect(causes.find(undefined)).toBeUndefined();
    for (let index = 0; index < 10_000; index += 1) causes.open(`later-${index}`);
    expect(causes.find(first)).toBeUndefined();
  });
});

describe("chaos", () => {
  it.each([{ duplicate: 2 }, { crash: -1 }, { delaySeconds: "1" as never }, { duplicate: Number.NaN }])(
    "refuses %j",
    (change) => {
      expect(() => new ChaosSwitch().set(change)).toThrow(/Cannot set chaos/);
    },
  );

  it("keeps what is not changed", () => {
    const chaos = new ChaosSwitch(() => 0.1);
    chaos.set({ duplicate: 0.2 });
    expect(chaos.set({ delaySeconds: 2 })).toEqual({ duplicate: 0.2, delaySeconds: 2, crash: 0 });
    expect([chaos.duplicates(), chaos.crashes(), chaos.delayMilliseconds()]).toEqual([true, false, 200]);
  });
});

describe("what an invocation came to", () => {
  const replied = (status: number): Outcome => ({ ok: true, reply: { status, headers: {}, body: "" } });
  const threw = (code: ErrorCode): Outcome => ({ ok: false, error: new FunctionError(code, "no") });

  it.each([
    ["http", replied(200), "ok"],
    ["http", replied(302), "ok"],
    ["http", replied(404), "refused"],
    ["http", replied(502), "failed"],
    ["http", threw("invalid"), "refused"],
    ["http", threw("rate_limited"), "refused"],
    ["http", threw("internal"), "failed"],
    ["http", threw("timeout"), "failed"],
    ["call", threw("invalid"), "refused"],
    ["call", { ok: true, reply: { status: 500 } }, "ok"],
    ["message", threw("unprocessable"), "failed"],
    ["object", threw("invalid"), "failed"],
    ["schedule", { ok: true, reply: undefined }, "ok"],
  ] as const)("by %s with %o is %s", (trigger, outcome, result) => {
    expect(resultOf(trigger, outcome)).toBe(result);
  });
});

describe("a process that keeps ending", () => {
  it("is started again at once for the first time, then later and later, and afresh when it ran well", () => {
    const delay = new RestartDelay();
    const waits = Array.from({ length: 9 }, () => delay.next(10));
    expect(waits.slice(0, 4)).toEqual([0, 200, 400, 800]);
    expect(waits.at(-1)).toBe(5000);
    expect(delay.next(60_000)).toBe(0);
  });
});

describe("the host check", () => {
  it.each([
    ["127.0.0.1:80", true],
    ["localhost:80", true],
    ["127.0.0.1", false],
    ["127.0.0.1:81", false],
    ["evil.example:80", false],
    [undefined, false],
  ])("of %s is %s", (host, local) => expect(isLocalHost(host, 80)).toBe(local));
});
