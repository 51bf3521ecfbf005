import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseDuration, parseHeader, parseInstant, parseShare, parseWhole } from "../src/parse.ts";

describe("a duration", () => {
  it.each([
    ["90s", 90],
    ["5m", 300],
    ["1h", 3600],
    ["2d", 172_800],
    ["1h30m", 5400],
    ["0.5s", 0.5],
    ["500ms", 0.5],
    ["0", 0],
  ])("%s is %d seconds", (text, seconds) => {
    expect(parseDuration(text)).toBe(seconds);
  });

  it.each(["", "5", "h", "-5s", "5 s", "1w", "1h-5m", "1e3s", "Infinitys"])(
    "%j is refused, because its unit or number is not clear",
    (text) => {
      expect(() => parseDuration(text)).toThrow("such as 90s, 5m, 1h30m or 2d");
    },
  );

  it("is the sum of its parts", () => {
    const part = fc.nat({ max: 100 });
    fc.assert(
      fc.property(part, part, part, (days, hours, seconds) => {
        expect(parseDuration(`${days}d${hours}h${seconds}s`)).toBe(days * 86_400 + hours * 3600 + seconds);
      }),
    );
  });
});

describe("a share", () => {
  it.each([
    ["20%", 0.2],
    ["0.2", 0.2],
    ["100%", 1],
    ["1", 1],
    ["0", 0],
    ["0.5%", 0.005],
  ])("%s is %d", (text, share) => {
    expect(parseShare(text)).toBeCloseTo(share, 10);
  });

  it.each(["20", "101%", "1.1", "-1%", "", "x", "%"])("%j is refused", (text) => {
    expect(() => parseShare(text)).toThrow("such as 20% or 0.2");
  });
});

describe("a whole number", () => {
  it("keeps to its range and takes nothing else", () => {
    const parsePort = parseWhole(0, 65_535);
    expect(parsePort("65535")).toBe(65_535);
    for (const text of ["65536", "-1", "1.5", "0x10", "", " 1"])
      expect(() => parsePort(text)).toThrow("0 to 65535");
  });
});

describe("a header field", () => {
  it("is collected under its name in lower case", () => {
    expect(parseHeader("X-Two:b", parseHeader("X-One:  a: c"))).toEqual({ "x-one": "a: c", "x-two": "b" });
  });

  it("cannot smuggle in a second one", () => {
    expect(() => parseHeader("X-One: a\r\nHost: evil")).toThrow('"name: value"');
    expect(() => parseHeader("no colon")).toThrow('"name: value"');
  });
});

describe("an instant", () => {
  it("is told in UTC", () => {
    expect(parseInstant("2026-03-29T02:30:00+01:00")).toBe("2026-03-29T01:30:00.000Z");
  });

  it.each(["2026-03-29", "2026-03-29T02:30:00", "tomorrow", "2026-13-01T00:00:00Z"])(
    "%j is refused, because it says no zone or is none",
    (text) => {
      expect(() => parseInstant(text)).toThrow("with its zone");
    },
  );
});
