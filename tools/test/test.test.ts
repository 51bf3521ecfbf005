import { execFile } from "node:child_process";
import { globSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it, vi } from "vitest";
import { notProved, readNotProved } from "../not-proved.ts";
import { closingLines, countTests } from "../test-counts.ts";
import { chooseWorkspaces, root } from "../workspaces.ts";

const folder = mkdtempSync(join(tmpdir(), "faasade-counts-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("npm test", () => {
  it.each(["core", "packages/core", "packages/core/", "packages\\core", "@faasade/core"])(
    "knows %s as the package core",
    (name) => {
      expect(chooseWorkspaces([name])).toMatchObject([{ folder: "packages/core" }]);
    },
  );

  it("knows an app by its folder's name, and means everything without a name", () => {
    for (const name of readdirSync(join(root, "apps")))
      expect(chooseWorkspaces([name, "tools"])).toMatchObject([
        { folder: `apps/${name}` },
        { folder: "tools" },
      ]);
    expect(chooseWorkspaces([]).length).toBeGreaterThan(5);
  });

  it("refuses an unknown name, lists the known ones and runs nothing", async () => {
    const { code, stdout, stderr } = await node(join(root, "tools/test.ts"), "helo");
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/^Cannot test "helo": .*core, .*tools\.\n$/);
  });

  it("refuses an unknown option, shows the usage and runs nothing", async () => {
    const { code, stdout, stderr } = await node(join(root, "tools/test.ts"), "--bogus");
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/^Cannot test: .*'--bogus'\.\nUsage: npm test .*\n$/);
  });
});

describe("the last line's counts", () => {
  it("hold each test as what it was", async () => {
    const tests =
      'test("a", () => {}); test("b", () => {}); test("c", () => { throw 1 }); test.skip("d", () => {}); test.todo("e");';
    expect(await countsOf(tests)).toEqual({ passed: 2, failed: 1, skipped: 2 });
  });

  it("hold each file that cannot be read as one failure", async () => {
    const unreadable = 'import "./absent.mjs"; test("a", () => {});';
    expect(await countsOf(unreadable, unreadable, 'test("b", () => {});')).toEqual({
      passed: 1,
      failed: 2,
      skipped: 0,
    });
  });

  it("hold a hook that fails as a failure", async () => {
    const counts = await countsOf('beforeAll(() => { throw 1 }); test("a", () => {});');
    expect(counts.failed).toBe(1);
  });

  it("hold an error that no test caught as one failure", async () => {
    const counts = await countsOf(
      'test("a", () => { setTimeout(() => { throw new Error("late") }, 0); return new Promise((r) => setTimeout(r, 50)) });',
    );
    expect(counts).toEqual({ passed: 1, failed: 1, skipped: 0 });
  });

  it("hold a run without a report as one failure", () => {
    expect(countTests(undefined, 0)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });

  /** What a real vitest run over files of these contents counts as. */
  async function countsOf(...contents: string[]) {
    for (const file of globSync("*.test.mjs", { cwd: folder })) rmSync(join(folder, file));
    for (const [index, tests] of contents.entries()) writeFileSync(join(folder, `${index}.test.mjs`), tests);
    const report = join(folder, "report.json");
    rmSync(report, { force: true });
    const vitest = join(root, "node_modules/vitest/vitest.mjs");
    const { code } = await node(
      vitest,
      "run",
      "--root",
      folder,
      "--globals",
      "--reporter=json",
      `--outputFile=${report}`,
    );
    return countTests(readFileSync(report, "utf8"), code);
  }
});

describe("what was not proved", () => {
  it("is said at once and noted once for the end of the run", () => {
    const file = join(folder, "notes");
    const warn = vi.spyOn(console, "warn").mockReturnValue();
    vi.stubEnv("FAASADE_NOT_PROVED_FILE", file);
    for (const what of ["a", "b", "a"]) notProved(what, "c is missing", "install c");
    expect(warn).toHaveBeenCalledWith("not proved: a — c is missing; install c");
    vi.unstubAllEnvs();
    warn.mockRestore();
    expect(readNotProved(file).map(({ what }) => what)).toEqual(["a", "b"]);
    expect(readNotProved(join(folder, "absent"))).toEqual([]);
  });

  it("stands before the last line, and fails a strict run only", () => {
    const note = { what: "a", why: "c is missing", fix: "install c" };
    const close = (strict: boolean) =>
      closingLines({ passed: 3, failed: 0 }, { passed: 5, failed: 0, skipped: 1 }, [note], strict);
    const said = "not proved: a — c is missing; install c";
    expect(close(false)).toEqual({ lines: [said, "8 passed, 0 failed, 1 skipped"], exitCode: 0 });
    expect(close(true)).toEqual({ lines: [said, "8 passed, 1 failed, 1 skipped"], exitCode: 1 });
  });
});

function node(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, args, { cwd: root }, (_error, stdout, stderr) => {
      resolve({ code: child.exitCode ?? 1, stdout, stderr });
    });
  });
}
