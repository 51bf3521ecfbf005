import { stripVTControlCharacters, styleText } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { columns, formatBytes, formatDuration, oneLine, printable } from "../src/output.ts";

describe("printable text", () => {
  it("cannot move a terminal's cursor, colour it or set its title", () => {
    expect(printable("a\u001b]0;title\u0007b\u001b[2J\u009bc\rd")).toBe(
      "a\\x1b]0;title\\x07b\\x1b[2J\\x9bc\\x0dd",
    );
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(printable(text)).not.toMatch(/[^\P{Cc}\t\n]/u);
      }),
    );
  });

  it("keeps everything else as it is", () => {
    expect(printable("Jürgen\t→ 日本\n🎉")).toBe("Jürgen\t→ 日本\n🎉");
  });

  it("fits on one line when that is asked for", () => {
    expect(oneLine(" a\n  b\tc ", 10)).toBe("a b c");
    expect(oneLine("x".repeat(300), 10)).toBe(`${"x".repeat(9)}…`);
  });
});

describe("columns", () => {
  it("align by what is seen, colours left out", () => {
    const bold = styleText("bold", "ab", { validateStream: false });
    const text = columns([
      [bold, "1"],
      ["abcd", "2"],
    ]);
    expect(stripVTControlCharacters(text)).toBe("ab    1\nabcd  2");
  });
});

describe("amounts", () => {
  it.each([
    [0, "0 B"],
    [1023, "1023 B"],
    [1024, "1.0 KiB"],
    [150 * 1024, "150 KiB"],
    [1.5 * 2 ** 30, "1.5 GiB"],
  ])("%d bytes are %s", (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });

  it.each([
    [0, "0 s"],
    [90_000, "1 min 30 s"],
    [3_600_000, "1 h"],
    [90_061_000, "1 d 1 h"],
    [-90_000, "-1 min 30 s"],
  ])("%d milliseconds are %s", (milliseconds, text) => {
    expect(formatDuration(milliseconds)).toBe(text);
  });
});
