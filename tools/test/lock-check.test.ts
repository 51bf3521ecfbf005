import { describe, expect, it } from "vitest";
import { lockProblems } from "../lock-check.ts";

describe("package-lock.json", () => {
  it("holds every optional package of every platform, so that npm ci works on each", () => {
    expect(lockProblems()).toEqual([]);
  });

  it("is found to lack what a package names as optional", () => {
    const packages = {
      "node_modules/a": { optionalDependencies: { "a-linux": "1.0.0", "a-darwin": "1.0.0" } },
      "node_modules/a-linux": {},
    };
    expect(lockProblems({ packages })).toContain(
      "package-lock.json lacks a-darwin, which node_modules/a names.",
    );
    expect(lockProblems({ packages }).join()).not.toContain("a-linux");
  });

  it("is found to lack a platform although no package names it any more", () => {
    expect(lockProblems({ packages: { "node_modules/turbo": {} } })).toContain(
      "package-lock.json lacks @turbo/windows-arm64, which turbo names.",
    );
  });

  it("need not hold what nothing that is here asks for, such as an image library without an app of images", () => {
    expect(lockProblems({ packages: {} })).toEqual([]);
  });
});
