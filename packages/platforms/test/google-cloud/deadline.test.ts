// How long a function has, where Cloud Run says when it ends a request.
import { called, http, text } from "@faasade/core";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { received } from "../aws-lambda/triggers.ts";
import { pushed, tryGoogle } from "./google.ts";

const json = { "content-type": "application/json" };
const anything = {
  "~standard": { version: 1, vendor: "test", validate: (value: unknown) => ({ value }) },
} as const;

beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"] }));
afterEach(() => void vi.useRealTimers());
afterEach(() => void vi.unstubAllEnvs());

/** Milliseconds that a request, a message and a call have, by the function's own `deadline`. */
async function given(said: string | undefined): Promise<number[]> {
  vi.stubEnv("CLOUD_RUN_TIMEOUT_SECONDS", said);
  const { post, app, seen } = tryGoogle({
    show: [http("GET /", { auth: "public" }), () => text("shown")],
    take: [received("readings")],
    ask: [called({ input: anything, output: anything }), () => 1],
  });
  await app.http({ method: "GET", target: "/", headers: {} });
  await post("take", json, pushed("21"));
  const call = { specversion: "1.0", id: "1", source: "/x", type: "t", data: 1 };
  await post("ask", { "content-type": "application/cloudevents+json" }, call);
  return seen.map(({ deadline }) => deadline - Date.now());
}

it("is a function's own, where nobody says less", async () => {
  for (const said of [undefined, "", "0", "no number", "3600"])
    expect(await given(said), said).toEqual([30_000, 30_000, 30_000]);
});

it("ends shortly before Cloud Run ends the request", async () => {
  expect(await given("10")).toEqual([9_500, 9_500, 9_500]);
  expect(await given("1")).toEqual([900, 900, 900]);
});
