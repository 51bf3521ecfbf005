import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareColumns } from "../src/contract.ts";
import { FieldError, Fields } from "../src/fields.ts";

const field = (value: unknown) => new Fields([value], new Map([["it", 0]]));

describe("a field", () => {
  it("is a day that there is", () => {
    const day = fc.date({ min: new Date("1970-01-01"), max: new Date("2100-01-01"), noInvalidDate: true });
    fc.assert(fc.property(day, (date) => field(date).day("it") === date.toISOString().slice(0, 10)));
    for (const text of [
      "2013-02-29",
      "1900-02-29",
      "2013-04-31",
      "2013-00-01",
      "2013-13-01",
      "2013-01-00",
      "201a-01-01",
      "2013-2-1",
      "2013-01-01T00:00",
      "1.2.2013",
      "",
    ])
      expect(() => field(text).day("it"), text).toThrow(FieldError);
    for (const text of [" 2012-02-29 ", "\u00a02000-02-29\ufeff"])
      expect(field(text).day("it")).toBe(text.trim());
  });

  it.each([
    ["5", 5],
    ["45", 45],
    [515, 315],
    ["1829", 1109],
    ["18:29", 1109],
    ["0000", 0],
    ["2359", 1439],
    [":05", 5],
    ["7:5", 425],
  ])("is a time of day: %s", (value, minutes) => expect(field(value).minute("it")).toBe(minutes));

  it.each(["", "2400", "2575", "1860", "12345", "noon", "-1", "18:60", "018:29", "24:00", ":"])(
    "is no time of day: %s",
    (text) => {
      expect(() => field(text).minute("it")).toThrow(`it ${JSON.stringify(text)} is no time of day`);
    },
  );

  it("is a number with a point or a comma, within its bounds, or nothing", () => {
    const numbers = ["12", "-3", "1.5", "1,5", "", "NA", null, 7n].map((value) =>
      field(value).optionalNumber("it", -5, 12),
    );
    expect(numbers).toEqual([12, -3, 1.5, 1.5, null, null, null, 7]);
    expect(field("1234567890123456789").number("it", 0, 2e19)).toBe(Number("1234567890123456789"));
    for (const text of [
      "13",
      "-6",
      "-",
      "--1",
      "1-",
      "+1",
      ".5",
      "l2",
      "1.2.3",
      "1,234.5",
      "Infinity",
      "0x10",
      "1e3",
    ])
      expect(() => field(text).number("it", -5, 12), text).toThrow(/^it ".*" is no number from -5 to 12$/);
    expect(() => field("").number("it", 0, 1)).toThrow("it is empty");
    expect(() => field("1").number("other", 0, 1)).toThrow("other is empty");
  });

  it("says what it should be", () => {
    const airports = new Map([["JFK", "Kennedy"]]);
    expect(field("JFK").lookUp("it", airports, "airports")).toBe("Kennedy");
    expect(() => field("XXX").lookUp("it", airports, "airports")).toThrow(
      'it "XXX" is not among the airports',
    );
    expect(() => field("united").matching("it", /^[A-Z]{2}$/)).toThrow(
      'it "united" is not of the form ^[A-Z]{2}$',
    );
  });
});

describe("a contract", () => {
  const contract = [
    { name: "date" },
    { name: "dest", aliases: ["destination"] },
    { name: "tail", isRequired: false },
  ];

  it("finds columns in any order and case, and reports nothing when all are there", () => {
    expect(compareColumns(contract, ["Tail", "DEST", "date"])).toEqual({
      places: new Map([
        ["date", 2],
        ["dest", 1],
        ["tail", 0],
      ]),
      drift: undefined,
      problem: undefined,
    });
  });

  it("reports what is added, missing and renamed", () => {
    expect(compareColumns(contract, ["date", "Destination", "gate"])).toEqual({
      places: new Map([
        ["date", 0],
        ["dest", 1],
      ]),
      drift: { missing: ["tail"], added: ["gate"], renamed: { Destination: "dest" } },
      problem: undefined,
    });
  });

  it("says which required column is lacking, and what may be it", () => {
    expect(compareColumns(contract, ["day", "dest"]).problem).toBe(
      "The file lacks the column date. It has day instead: was a column renamed?",
    );
  });
});
