import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { deterministicId } from "../../src/cloudevents/index.ts";

describe("deterministicId", () => {
  it("never changes: these ids are in the ledgers of running systems", () => {
    expect(deterministicId("backups/prune", "2026-11-23T04:00:00Z")).toBe("whnbizvcdPa4qXCBxrPyulL1");
    expect(deterministicId()).toBe("T1PNoYwrqgwDVLtfmj7L5e0S");
  });

  it("is 24 characters that are safe in headers, URLs and file names", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "binary" })), (parts) => {
        expect(deterministicId(...parts)).toMatch(/^[A-Za-z0-9_-]{24}$/);
      }),
    );
  });

  it("differs whenever a part differs or the parts are cut elsewhere", () => {
    const parts = fc.array(fc.string({ unit: fc.constantFrom("a", '"', ",", "\\", "\uD800", "\uFFFD") }), {
      maxLength: 4,
    });
    fc.assert(
      fc.property(parts, parts, (one, other) => {
        const areSame = one.length === other.length && one.every((part, index) => part === other[index]);
        expect(deterministicId(...one) === deterministicId(...other)).toBe(areSame);
      }),
      { numRuns: 500 },
    );
  });
});
