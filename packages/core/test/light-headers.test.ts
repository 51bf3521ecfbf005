// Header fields as a function reads them, whatever form the platform has them in.
import { describe, expect, it } from "vitest";
import { LightHeaders } from "../src/http/headers.ts";

const sent = { "content-type": "text/plain", "x-many": ["one", "two"], "x-none": undefined };

describe("header fields", () => {
  it.each([
    ["with names in any case", new LightHeaders({ "Content-Type": "text/plain", "X-Many": ["one", "two"] })],
    ["with names known to be in lower case", new LightHeaders(sent, true)],
    ["as pairs", new LightHeaders(Object.entries({ "Content-Type": "text/plain", "x-many": "one, two" }))],
  ])("%s are found by their names", (_, headers) => {
    expect(headers.get("Content-Type")).toBe("text/plain");
    expect(headers.get("x-many")).toBe("one, two");
    expect(headers.has("x-none")).toBe(false);
    expect([...headers].map(([name]) => name)).toContain("content-type");
  });

  it("are never what an object inherits", () => {
    for (const headers of [new LightHeaders(sent), new LightHeaders(sent, true)])
      for (const name of ["constructor", "toString", "__proto__"]) expect(headers.get(name)).toBeNull();
  });

  it("can be set where names are known to be in lower case", () => {
    const headers = new LightHeaders(sent, true);
    headers.set("Traceparent", "00");
    expect([headers.get("traceparent"), headers.get("content-type")]).toEqual(["00", "text/plain"]);
  });
});
