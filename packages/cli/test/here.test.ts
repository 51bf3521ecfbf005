import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { findRoot, resolveFile } from "../src/here.ts";
import { repository } from "./fixture.ts";

describe("the checkout", () => {
  it("is the one of this command, or the one that FAASADE_ROOT names", () => {
    expect(findRoot({})).toBe(resolve(repository));
    expect(findRoot({ FAASADE_ROOT: "" })).toBe(resolve(repository));
    expect(findRoot({ FAASADE_ROOT: resolve("elsewhere") })).toBe(resolve("elsewhere"));
  });
});

describe("a file", () => {
  it("is looked for where npm was called, not where npm runs its scripts", () => {
    const called = resolve("/somewhere/photos");
    expect(resolveFile("a.jpg", { npm_lifecycle_event: "faasade", INIT_CWD: called })).toBe(
      resolve(called, "a.jpg"),
    );
    expect(resolveFile("a.jpg", { npm_lifecycle_event: "test", INIT_CWD: called })).toBe(resolve("a.jpg"));
    expect(resolveFile("a.jpg", {})).toBe(resolve("a.jpg"));
  });
});
