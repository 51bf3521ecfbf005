import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { requestFor, unwrapSample } from "../src/run/native-event.ts";
import { repository } from "./fixture.ts";

const samples = globSync("packages/platforms/src/*/samples/*.json", { cwd: repository });

describe("an event given to run", () => {
  it("is the sample's own, for every sample of every platform", () => {
    expect(samples.length).toBeGreaterThan(20);
    for (const file of samples) {
      const whole = JSON.parse(readFileSync(join(repository, file), "utf8"));
      const { event, sample } = unwrapSample(whole);
      expect(event, file).toEqual(whole.event ?? { headers: whole.headers, body: whole.body });
      expect(sample, file).toContain(whole.source);
    }
  });

  it.each([
    [{ source: "aws.scheduler", detail: {} }],
    [{ source: "/a", obtained: "2026", id: "1" }],
    [{ event: { a: 1 } }],
    [[1]],
    ["text"],
    [null],
  ])("is left as it is: %j", (given) => {
    expect(unwrapSample(given)).toEqual({ event: given });
  });
});

describe("its request", () => {
  it("is one of JSON to the one address there is", () => {
    const event = { headers: { a: "b" }, body: "text" };
    expect(requestFor(event, "tick", "http://host/invocations")).toEqual({
      url: "http://host/invocations",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(event),
    });
  });

  it("is a CloudEvent to the function's own address", () => {
    expect(requestFor({ specversion: "1.0" }, "tick", "http://host/events/")).toEqual({
      url: "http://host/events/tick",
      headers: { "content-type": "application/cloudevents+json" },
      body: '{"specversion":"1.0"}',
    });
  });

  it("is there what the platform posts, where the event is header fields and a body", () => {
    const headers = { "ce-id": "1" };
    for (const body of ['{"a":1}', { a: 1 }])
      expect(requestFor({ headers, body }, "tick", "http://host/events/")).toEqual({
        url: "http://host/events/tick",
        headers,
        body: '{"a":1}',
      });
  });
});
