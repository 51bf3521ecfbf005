import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { findTool, type OptionalTool } from "../optional-tools.ts";

const ending = process.platform === "win32" ? ".exe" : "";
let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "faasade-optional-"));
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(root, { recursive: true });
});

/** Makes a program that can be executed. @returns its path. */
function program(path: string): string {
  const whole = join(root, `${path}${ending}`);
  mkdirSync(dirname(whole), { recursive: true });
  writeFileSync(whole, "", { mode: 0o755 });
  return whole;
}

describe("an optional tool", () => {
  const tool = (given: Partial<OptionalTool>): OptionalTool => ({
    title: "A tool",
    names: ["faasade-no-such-tool"],
    without: "nothing is tried",
    ...given,
  });

  it("is found on PATH, in its folders, and nowhere when it is not there", () => {
    const names = ["faasade-tool"];
    expect(findTool(tool({ names }))).toBeUndefined();
    const own = program("own/faasade-tool");
    expect(findTool(tool({ names, folders: [join(root, "own")] }))).toBe(own);
    const onPath = program("path/faasade-tool");
    vi.stubEnv("PATH", join(root, "path"));
    expect(findTool(tool({ names, folders: [join(root, "own")] }))).toBe(onPath);
    vi.unstubAllEnvs();
  });

  it("is the newest of several versions", () => {
    for (const version of ["9", "17", "16"]) program(`versions/${version}/bin/faasade-server`);
    const folders = [`${root.replaceAll("\\", "/")}/versions/*/bin`];
    const found = findTool(tool({ names: ["faasade-server"], folders })) ?? "";
    expect(dirname(found)).toBe(join(root, "versions", "17", "bin"));
  });

  it("counts only with what it needs beside it, also where a variable names the folder", () => {
    const server = program("server/faasade-server");
    const whole = tool({
      names: ["faasade-server"],
      besides: ["faasade-init"],
      variable: "FAASADE_TRIED",
      folders: [join(root, "server")],
    });
    expect(findTool(whole)).toBeUndefined();
    program("server/faasade-init");
    expect(findTool(whole)).toBe(server);
    vi.stubEnv("FAASADE_TRIED", join(root, "own"));
    expect(findTool(whole)).toBeUndefined();
    vi.stubEnv("FAASADE_TRIED", join(root, "server"));
    expect(findTool(whole)).toBe(server);
    vi.unstubAllEnvs();
  });

  it("is what its variable names and nothing else, and has to be the one that is meant", () => {
    const named = program("named/any-name");
    const given = tool({ names: ["faasade-tool"], variable: "FAASADE_TRIED", folders: [join(root, "own")] });
    vi.stubEnv("FAASADE_TRIED", named);
    expect(findTool(given)).toBe(named);
    expect(findTool({ ...given, accepts: () => false })).toBeUndefined();
    vi.stubEnv("FAASADE_TRIED", join(root, "nowhere"));
    expect(findTool(given)).toBeUndefined();
    vi.unstubAllEnvs();
  });
});
