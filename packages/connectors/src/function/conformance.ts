// The suite that every driver of calls runs, whole. Only tests import this file.
import { FunctionError } from "@faasade/core";
import type { CallDriver } from "@faasade/core/adapter";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

export interface Seen {
  readonly data: unknown;
  readonly traceparent: string;
}

export interface CallHarness {
  readonly title: string;
  /** What the caller may read of a failure whose reason is for the log alone. */
  readonly tellsReasons: boolean;
  /** A callee `resize` that answers as `handle` does, and where nothing is. */
  start(handle: (seen: Seen) => Promise<unknown>): Promise<CallWorld>;
}

export interface CallWorld {
  readonly driver: CallDriver;
  readonly nowhere: CallDriver;
  stop(): Promise<void>;
}

const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

export function testCallDriver(harness: CallHarness): void {
  describe(`calls by ${harness.title}`, () => {
    let world: CallWorld;
    let handle: (seen: Seen) => Promise<unknown>;
    beforeAll(async () => {
      world = await harness.start((seen) => handle(seen));
    });
    afterAll(() => world.stop());

    const call = (input: unknown, signal = new AbortController().signal) =>
      world.driver.call("resize", input, { traceparent, signal });

    it("hand over the input and give back the output", async () => {
      handle = async ({ data }) => ({ got: data });
      for (const input of [
        { width: 320, name: "ü 灯台 🗼" },
        [1, [2]],
        "text",
        0,
        false,
        null,
        "x".repeat(200_000),
      ])
        expect(await call(input)).toEqual({ got: input });
    });

    it("give back nothing where the callee has nothing to say", async () => {
      handle = async () => undefined;
      expect(await call({})).toBeUndefined();
    });

    it("belong to the caller's trace", async () => {
      let seen: Seen | undefined;
      handle = async (one) => {
        seen = one;
      };
      await call({});
      expect(seen?.traceparent.split("-")[1]).toBe(traceparent.split("-")[1]);
    });

    it("fail as the callee failed", async () => {
      for (const code of [
        "invalid",
        "not_found",
        "conflict",
        "rate_limited",
        "too_large",
        "unprocessable",
      ] as const) {
        handle = () => Promise.reject(new FunctionError(code, "no width"));
        await expect(call({})).rejects.toMatchObject({
          code,
          message: expect.stringMatching(/resize: .*no width/),
        });
      }
      handle = () => Promise.reject(new RangeError("the disk of db-7 is full"));
      const failure: unknown = await call({}).catch((error: unknown) => error);
      expect(failure).toMatchObject({ code: "internal", redeliver: true });
      if (!harness.tellsReasons) expect(String(failure)).not.toContain("db-7");
    });

    it("end with the caller's time", async () => {
      const release = Promise.withResolvers<void>();
      handle = () => release.promise;
      const ending = new AbortController();
      const pending = call({}, ending.signal);
      setTimeout(() => ending.abort(), 50);
      await expect(pending).rejects.toMatchObject({ code: "timeout" });
      release.resolve();
    });

    it("of nobody are unavailable, so that they are made again", async () => {
      const { signal } = new AbortController();
      await expect(world.nowhere.call("resize", {}, { traceparent, signal })).rejects.toMatchObject({
        code: "unavailable",
        message: expect.stringContaining("Cannot call resize"),
      });
    });
  });
}
