import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { instantAt, nextDue, schedule } from "../src/index.ts";

const iso = (instant: number): string => new Date(instant).toISOString();

describe("a time that comes once", () => {
  it.each([
    ["2027-06-01T12:00", "Europe/Berlin", "2027-06-01T10:00:00.000Z"],
    ["2027-06-01 12:00:30", "UTC", "2027-06-01T12:00:30.000Z"],
    ["2027-03-28T02:30", "Europe/Berlin", "2027-03-28T01:00:00.000Z"],
    ["2027-10-31T02:30", "Europe/Berlin", "2027-10-31T00:30:00.000Z"],
    ["2027-10-31T03:00", "Europe/Berlin", "2027-10-31T02:00:00.000Z"],
    ["2011-12-30T12:00", "Pacific/Apia", "2011-12-30T10:00:00.000Z"],
    ["2027-06-01T12:00:00.250Z", "Asia/Kolkata", "2027-06-01T12:00:00.250Z"],
    ["2027-06-01T12:00Z", "Asia/Kolkata", "2027-06-01T12:00:00.000Z"],
    ["2027-06-01T12:00+05:30", "America/New_York", "2027-06-01T06:30:00.000Z"],
  ])("%s in %s is %s", (local, timeZone, expected) => {
    expect(iso(instantAt(local, timeZone))).toBe(expected);
  });

  it.each(["tomorrow", "2027-02-30T00:00", "2027-13-01T00:00", "2027-06-01", "2027-06-01T25:00", ""])(
    "%s is none",
    (local) => {
      expect(() => instantAt(local)).toThrow(/Cannot schedule at/);
    },
  );

  it("is when a schedule of that date and time would be due, in any zone", () => {
    const zones = fc.constantFrom(...Intl.supportedValuesOf("timeZone"));
    const minutes = fc.integer({ min: Date.UTC(1990, 0) / 60_000, max: Date.UTC(2040, 0) / 60_000 });
    fc.assert(
      fc.property(zones, minutes, (timeZone, minute) => {
        const local = new Date(minute * 60_000).toISOString().slice(0, 16);
        const [, month, day, hour, minutes] = local.split(/[-T:]/).map(Number);
        const at = instantAt(local, timeZone);
        const planned = schedule({ cron: `${minutes} ${hour} ${day} ${month} *`, timeZone });
        expect(iso(nextDue(planned, at - 3 * 86_400_000))).toBe(iso(at));
      }),
      { numRuns: 300 },
    );
  }, 60_000);
});
