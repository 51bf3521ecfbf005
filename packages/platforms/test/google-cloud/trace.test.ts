// Whose trace an event or a request is of.
import { http, text } from "@faasade/core";
import { describe, expect, it } from "vitest";
import { received } from "../aws-lambda/triggers.ts";
import { pushed, tryGoogle } from "./google.ts";

const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
const json = { "content-type": "application/json" };

describe("the trace", () => {
  const take = { take: [received("readings")] } as const;
  const cloud = "0af7651916cd43dd8448eb211c80319c/13235353014750950193;o=1";

  it.each([
    ["W3C's field", { traceparent }, traceparent],
    ["Google's field", { "x-cloud-trace-context": cloud }, traceparent],
    [
      "Google's field, not sampled",
      { "x-cloud-trace-context": cloud.replace("o=1", "o=0") },
      traceparent.replace(/01$/, "00"),
    ],
    [
      "W3C's field before Google's",
      { traceparent, "x-cloud-trace-context": `${"1".repeat(32)}/1;o=1` },
      traceparent,
    ],
  ])("is that of %s", async (_what, headers, expected) => {
    const { post, seen, app } = tryGoogle({
      ...take,
      show: [http("GET /", { auth: "public" }), () => text("shown")],
    });
    await post("take", { ...json, ...headers }, pushed("21"));
    await app.http({ method: "GET", target: "/", headers });
    expect(seen.map((one) => one.traceparent.slice(0, 35))).toEqual(Array(2).fill(expected.slice(0, 35)));
    expect(seen.map((one) => one.traceparent.slice(-2))).toEqual(Array(2).fill(expected.slice(-2)));
  });

  it.each([
    "",
    "x",
    `${"0".repeat(32)}/1;o=1`,
    `${"1".repeat(32)}/0;o=1`,
    `${"1".repeat(32)}/18446744073709551616`,
  ])("is a new one for %j", async (field) => {
    const { post, seen } = tryGoogle(take);
    await post("take", { ...json, "x-cloud-trace-context": field }, pushed("21"));
    expect(seen[0]?.traceparent).toMatch(/^00-(?!1{32}|0{32})[0-9a-f]{32}-/);
  });
});
