import { describe, expect, it } from "vitest";
import { due } from "./due-text.ts";

describe("the DST rule, in a spring gap", () => {
  // 02:00 becomes 03:00 at 01:00Z.
  const berlin = ["Europe/Berlin", "2026-03-28T12:00Z", "2026-03-29T12:00Z"] as const;

  it("makes up for a time of day at the first instant after the gap", () => {
    expect(due("30 2 * * *", ...berlin)).toEqual(["2026-03-29T01:00Z"]);
    expect(due("0 2 * * *", ...berlin)).toEqual(["2026-03-29T01:00Z"]);
  });

  it("makes up once, however many times are lost", () => {
    expect(due("0,20,40 2 * * *", ...berlin)).toEqual(["2026-03-29T01:00Z"]);
    expect(due("*/5 2 * * *", ...berlin)).toEqual(["2026-03-29T01:00Z"]);
  });

  it("adds nothing when the first instant after the gap is due anyway", () => {
    expect(due("0 2,3 * * *", ...berlin)).toEqual(["2026-03-29T01:00Z"]);
  });

  it("leaves times beside the gap alone", () => {
    expect(due("59 1 * * *", ...berlin)).toEqual(["2026-03-29T00:59Z"]);
    expect(due("0 3 * * *", ...berlin)).toEqual(["2026-03-29T01:00Z"]);
    expect(due("1 3 * * *", ...berlin)).toEqual(["2026-03-29T01:01Z"]);
  });

  it("does not double a job of every hour or every few hours", () => {
    expect(due("30 * * * *", "Europe/Berlin", "2026-03-29T00:00Z", "2026-03-29T02:00Z")).toEqual([
      "2026-03-29T00:30Z",
      "2026-03-29T01:30Z",
    ]);
    expect(due("30 */2 * * *", "Europe/Berlin", "2026-03-28T23:00Z", "2026-03-29T03:00Z")).toEqual([
      "2026-03-28T23:30Z",
      "2026-03-29T02:30Z",
    ]);
  });

  it("makes up for midnight where the day begins at 01:00", () => {
    expect(due("@daily", "America/Sao_Paulo", "2018-11-03T12:00Z", "2018-11-05T12:00Z")).toEqual([
      "2018-11-04T03:00Z",
      "2018-11-05T02:00Z",
    ]);
  });

  it("makes up for half an hour on Lord Howe Island, and only within it", () => {
    // 02:00 becomes 02:30.
    const lordHowe = ["Australia/Lord_Howe", "2026-10-03T10:00Z", "2026-10-03T20:00Z"] as const;
    expect(due("15 2 * * *", ...lordHowe)).toEqual(["2026-10-03T15:30Z"]);
    expect(due("45 2 * * *", ...lordHowe)).toEqual(["2026-10-03T15:45Z"]);
  });

  it("makes up for 30 December 2011, which Samoa skipped, as the 31st begins", () => {
    const samoa = ["Pacific/Apia", "2011-12-29T12:00Z", "2011-12-31T20:00Z"] as const;
    expect(due("0 12 30 12 *", ...samoa)).toEqual(["2011-12-30T10:00Z"]);
    expect(due("0 12 * * *", ...samoa)).toEqual([
      "2011-12-29T22:00Z",
      "2011-12-30T10:00Z",
      "2011-12-30T22:00Z",
    ]);
  });
});

describe("the DST rule, in an autumn fold", () => {
  // 03:00 becomes 02:00 at 01:00Z.
  const berlin = ["Europe/Berlin", "2026-10-24T12:00Z", "2026-10-25T12:00Z"] as const;

  it("runs a time of day once, the first time it shows", () => {
    expect(due("30 2 * * *", ...berlin)).toEqual(["2026-10-25T00:30Z"]);
    expect(due("0,30 1-3 * * *", ...berlin)).toEqual([
      "2026-10-24T23:00Z",
      "2026-10-24T23:30Z",
      "2026-10-25T00:00Z",
      "2026-10-25T00:30Z",
      "2026-10-25T02:00Z",
      "2026-10-25T02:30Z",
    ]);
  });

  it("runs an interval in both hours, as real time passes", () => {
    expect(due("30 * * * *", "Europe/Berlin", "2026-10-25T00:00Z", "2026-10-25T03:00Z")).toEqual([
      "2026-10-25T00:30Z",
      "2026-10-25T01:30Z",
      "2026-10-25T02:30Z",
    ]);
    expect(due("*/30 2 * * *", ...berlin)).toEqual([
      "2026-10-25T00:00Z",
      "2026-10-25T00:30Z",
      "2026-10-25T01:00Z",
      "2026-10-25T01:30Z",
    ]);
  });

  it("goes by how the field is written: 0-23 is a list of times, * an interval", () => {
    expect(due("30 0-23 * * *", "Europe/Berlin", "2026-10-25T00:00Z", "2026-10-25T02:00Z")).toEqual([
      "2026-10-25T00:30Z",
    ]);
  });

  it("lets the rule speak for half an hour on Lord Howe Island", () => {
    // 02:00 becomes 01:30.
    const lordHowe = ["Australia/Lord_Howe", "2026-04-04T10:00Z", "2026-04-04T20:00Z"] as const;
    expect(due("45 1 * * *", ...lordHowe)).toEqual(["2026-04-04T14:45Z"]);
    expect(due("45 * * * *", "Australia/Lord_Howe", "2026-04-04T14:30Z", "2026-04-04T16:30Z")).toEqual([
      "2026-04-04T14:45Z",
      "2026-04-04T15:15Z",
      "2026-04-04T16:15Z",
    ]);
  });
});

describe("the DST rule, where what is kept about a zone is cut, every 64 days since 1970,", () => {
  it("makes up for a gap on the cut", () => {
    expect(due("30 2 * * *", "Asia/Jerusalem", "2019-03-28T12:00Z", "2019-03-29T12:00Z")).toEqual([
      "2019-03-29T00:00Z",
    ]);
  });

  it("runs a time of day once in a fold on the cut", () => {
    expect(due("30 2 * * *", "Europe/Chisinau", "2020-10-24T12:00Z", "2020-10-25T12:00Z")).toEqual([
      "2020-10-24T23:30Z",
    ]);
    expect(due("30 * * * *", "Europe/Chisinau", "2020-10-24T23:00Z", "2020-10-25T01:00Z")).toEqual([
      "2020-10-24T23:30Z",
      "2020-10-25T00:30Z",
    ]);
  });
});
