import { Refusal } from "@faasade/platforms/shared/refusal";
import { describe, expect, it } from "vitest";
import { windowsLine } from "../src/shared/tool.ts";

describe("a line for cmd.exe", () => {
  it.each([
    [["list", "--location=-"], 'az list "--location=-"'],
    [["a & calc"], 'az "a & calc"'],
    [["a|b>c^d"], 'az "a|b>c^d"'],
    [["C:\\some where\\"], 'az "C:\\some where\\\\"'],
    [['description="shop-demo"'], 'az "description=\\"shop-demo\\""'],
    [[""], 'az ""'],
  ])("has a word for each argument: %j", (args, line) => {
    expect(windowsLine("az", args)).toBe(line);
  });

  it.each(["%PATH%", 'a" & calc', "a\r\ncalc", 'a"|calc'])("is refused for %j", (text) => {
    expect(() => windowsLine("az", [text])).toThrow(Refusal);
  });
});
