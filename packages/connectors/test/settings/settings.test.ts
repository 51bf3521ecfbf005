// Settings: the environment first, then the operator's file.
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { settingsSource } from "../../src/settings/index.ts";

const folder = mkdtempSync(join(tmpdir(), "faasade-settings-"));
const file = join(folder, "settings.json");
let times = 0;
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Each writing has a time of its own, however coarse the file system's clock. */
function write(text: string): void {
  times += 1;
  writeFileSync(file, text);
  utimesSync(file, times, times);
}

const source = (environment: Record<string, string | undefined> = {}) =>
  settingsSource({ environment, file });

describe("settings", () => {
  it("come from the environment, else from the file, else from nowhere", () => {
    write('{ "MAX_PIXELS": 1000, "quality": 80 }');
    const read = source({ MAX_PIXELS: "5", EMPTY: "" });
    expect(["MAX_PIXELS", "QUALITY", "EMPTY", "OTHER"].map(read)).toEqual(["5", "80", "", undefined]);
  });

  it("may be named as variables or as fields, and hold any JSON", () => {
    write('{ "maxPixels": 1000, "PHOTOS_URL": "file:///x", "sizes": [1, 2], "isOn": true, "gone": null }');
    const read = source();
    expect(["MAX_PIXELS", "PHOTOS_URL", "SIZES", "IS_ON", "GONE"].map(read)).toEqual([
      "1000",
      "file:///x",
      "[1,2]",
      "true",
      undefined,
    ]);
  });

  it("are read again when the file changed, appeared or went away", () => {
    rmSync(file, { force: true });
    const read = source();
    expect(read("A")).toBeUndefined();
    write('{ "A": 1 }');
    expect(read("A")).toBe("1");
    write('{ "A": 2 }');
    expect(read("A")).toBe("2");
    rmSync(file);
    expect(read("A")).toBeUndefined();
  });

  it("need no file", () => {
    expect(settingsSource({ environment: { A: "1" } })("A")).toBe("1");
    expect(settingsSource({ environment: {} })("A")).toBeUndefined();
  });

  it("are refused with the reason when the file cannot be understood, without showing what it holds", () => {
    for (const [text, reason] of [
      ['{ "A": s3cret }', /not JSON/],
      ["[1]", /one JSON object/],
      ['{ "maxPixels": 1, "MAX_PIXELS": 2 }', /sets MAX_PIXELS twice/],
    ] as const) {
      write(text);
      const read = source({ B: "still there" });
      expect(() => read("A")).toThrow(reason);
      expect(() => read("A")).toThrow(/^(?!.*s3cret)Cannot read settings from /);
      expect(read("B")).toBe("still there");
    }
  });

  it("work again when the file was mended", () => {
    write("{");
    const read = source();
    expect(() => read("A")).toThrow("not JSON");
    write('{ "A": 1 }');
    expect(read("A")).toBe("1");
  });
});
