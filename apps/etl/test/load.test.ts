// What becomes of a file: every row is loaded or put aside, and what cannot be trusted is held.
import { gzipSync } from "node:zlib";
import { writeParquet } from "@faasade/formats/parquet";
import { describe, expect, it } from "vitest";
import { csv, flight, header, World } from "./world.ts";

/** One row of one column, of which the metadata says that there are 1,000,000,000. */
const billion =
  "UEFSMRUGFQwVEFwVAhUAFQIVABUEFQAAAAMBBAwBAAAAFQQZLEgEcm9vdBUCABUCJQIYAW4AFgIZHBkcJggcFQIZFQ" +
  "AZGAFuFQIWAhY2FjomCEkcFQYVABUCAAAAFjYWgKjWuQc2OgAoB2ZhYXNhZGUZHBwAAABWAAAAUEFSMQ==";

describe("a file that arrives", () => {
  it("is loaded into the database and the lake, joined to its airports and masked", async () => {
    await using world = await World.open();
    const load = await world.load(
      "one.csv",
      csv(flight(), flight({ flight: "7", dep_delay: "", scheduled: "1829" })),
    );
    expect(load).toMatchObject({
      state: "published",
      read: 2,
      loaded: 2,
      quarantined: 0,
      drift: null,
      reason: null,
    });
    const rows = await world.rows(
      "select dt::text, flight, scheduled, dep_delay, dest_name, contact from flights order by flight",
    );
    const contact = expect.stringMatching(/^[\w-]{16}$/);
    expect(rows).toEqual([
      {
        dt: "2013-01-01",
        flight: 7,
        scheduled: 1109,
        dep_delay: null,
        dest_name: "Chicago Ohare Intl",
        contact,
      },
      {
        dt: "2013-01-01",
        flight: 1545,
        scheduled: 315,
        dep_delay: 2,
        dest_name: "Chicago Ohare Intl",
        contact,
      },
    ]);
    const { json } = await world.request("POST", "/query", {
      sql: "select dt, flight, source from flights order by 2",
    });
    expect(json.rows).toEqual([
      { dt: "2013-01-01", flight: 7, source: "incoming/one.csv" },
      { dt: "2013-01-01", flight: 1545, source: "incoming/one.csv" },
    ]);
  });

  const line = flight();
  const fields = (text: string) =>
    text.split(",").map((value) => (/^-?\d+$/.test(value) ? Number(value) : value));
  const object = Object.fromEntries(header.split(",").map((name, index) => [name, fields(line)[index]]));
  it.each([
    ["f.csv", csv(line)],
    ["f.csv", `\uFEFF${csv(line)}`],
    ["f.csv", Buffer.from(`\uFEFF${csv(line)}`, "utf16le")],
    ["f.csv.gz", gzipSync(csv(line))],
    ["f.csv", csv(line).replaceAll(",", ";").replace(";2;", ";2,0;")],
    ["f.csv", csv(line.replace(",2,", ',"2,0",'))],
    ["f.tsv", csv(line).replaceAll(",", "\t")],
    ["F.CSV", csv(line).replaceAll("\n", "\r\n")],
    ["f.json", JSON.stringify([object])],
    ["f.ndjson", JSON.stringify(object)],
    ["f.ndjson.gz", gzipSync(`${JSON.stringify(object)}\n`)],
  ])("is the same flight in whatever format: %s, %.30s", async (name, content) => {
    await using world = await World.open();
    expect(await world.load(name, content)).toMatchObject({ state: "published", loaded: 1 });
    const [row] = await world.rows(
      "select carrier, flight, dep_delay, arr_delay, distance, tailnum from flights",
    );
    expect(row).toEqual({
      carrier: "UA",
      flight: 1545,
      dep_delay: 2,
      arr_delay: -11,
      distance: 1400,
      tailnum: "N14228",
    });
  });

  it("is the same flight in Parquet, whose dates are dates", async () => {
    await using world = await World.open();
    const columns = header
      .split(",")
      .map((name) => ({ name, type: name === "date" ? ("date" as const) : ("text" as const) }));
    const values = line.split(",").map((value, index) => (index === 0 ? new Date("2013-01-01") : value));
    expect(await world.load("f.parquet", await writeParquet(columns, [values]))).toMatchObject({
      state: "published",
      loaded: 1,
    });
    expect(await world.rows("select dt::text, scheduled from flights")).toEqual([
      { dt: "2013-01-01", scheduled: 315 },
    ]);
  });

  it("puts each bad row aside with its number, reason and a masked excerpt, and loads the others", async () => {
    await using world = await World.open({ MAX_BAD_SHARE: "1" });
    const bad = [
      flight({ date: "2013-02-30" }),
      flight({ flight: "2", dest: "SJU" }),
      `"open${flight({ flight: "3" })}`,
      "2013-01-01,UA,4",
      flight({ flight: "5", arr_delay: "1O" }),
      flight({ flight: "6", contact: '"Desk 1, +1 555 0100 <guest-1@example.com>",more' }),
      flight({ flight: "7", distance: "" }),
    ];
    const load = await world.load("bad.csv", csv(flight(), ...bad, flight({ flight: "8" }), flight()));
    expect(load).toMatchObject({ state: "published", read: 10, loaded: 2, quarantined: 8 });
    const rows = await world.rows("select row_no, reason, excerpt from quarantine order by row_no");
    expect(rows.map(({ row_no, reason }) => `${row_no} ${reason}`)).toEqual([
      '2 date "2013-02-30" is no day such as 2013-01-31',
      '3 dest "SJU" is not among the airports',
      "4 something follows a closing quote",
      "5 it has 3 fields where the header has 12",
      '6 arr_delay "1O" is no number from -240 to 3000',
      "7 it has 13 fields where the header has 12",
      "8 distance is empty",
      "10 it repeats row 1",
    ]);
    expect(JSON.stringify(rows)).not.toMatch(/guest|555/);
    const { reasons } = (await world.loads())[0] ?? {};
    expect(reasons?.[0]).toMatchObject({
      rows: 2,
      row: 5,
      reason: "it has … fields where the header has 12",
    });
  });

  it("shows nobody a contact: not in a wrong column, not in another notation, not where an excerpt ends", async () => {
    await using world = await World.open({ MAX_BAD_SHARE: "1" });
    const bad = [
      flight({ date: "guest-1@example.com" }),
      flight({ distance: "", contact: "Guest of room 555" }),
      flight({ carrier: "+1-555-(0100)" }),
      `${"x".repeat(290)} guest-of-the-house@example.com`,
    ];
    await world.load("bad.csv", csv(flight(), ...bad));
    const rows = await world.rows("select reason, excerpt from quarantine order by row_no");
    expect(rows).toHaveLength(4);
    expect(JSON.stringify(rows)).not.toMatch(/guest|555/i);
  });

  it("is held when more rows are bad than are borne, and nobody sees it", async () => {
    await using world = await World.open({ MAX_BAD_SHARE: "0.1" });
    const lines = Array.from({ length: 9 }, (_, index) => flight({ flight: `${index + 1}` }));
    expect(await world.load("a.csv", csv(...lines, flight({ dest: "SJU" })))).toMatchObject({
      state: "published",
      loaded: 9,
    });
    const load = await world.load("b.csv", csv(...lines.slice(1), flight({ dest: "SJU" })));
    expect(load).toMatchObject({
      state: "held",
      reason: "1 of 9 rows are in quarantine; MAX_BAD_SHARE bears 10 %.",
    });
    expect(await world.rows("select distinct key from flights")).toEqual([{ key: "incoming/a.csv" }]);
  });

  it("is published with one bad row in very many", async () => {
    await using world = await World.open();
    const lines = Array.from({ length: 20_000 }, (_, n) =>
      flight({ flight: `${(n % 9999) + 1}`, scheduled: n < 9999 ? "5" : n < 19_998 ? "6" : "7" }),
    );
    lines[12_345] = flight({ flight: "no number" });
    expect(await world.load("many.csv", csv(...lines))).toMatchObject({
      state: "published",
      read: 20_000,
      loaded: 19_999,
      quarantined: 1,
    });
  });

  it.each([
    ["no rows", "f.csv", csv(), "The file has no rows."],
    ["nothing in it", "f.csv", "", "The file has no rows."],
    ["a last row that is cut off", "f.csv", csv(flight(), flight()).slice(0, -60), /ends inside a row/],
    [
      "half of its gzip",
      "f.csv.gz",
      gzipSync(csv(flight())).subarray(0, -9),
      /Cannot decompress: unexpected end of file/,
    ],
    ["half of its JSON", "f.json", `[{"date":"2013-01-01"`, /Cannot read JSON/],
    ["half of its Parquet", "f.parquet", Buffer.from("PAR1 and no more"), /Cannot read Parquet/],
    [
      "a Parquet of a billion rows in 300 bytes",
      "f.parquet",
      Buffer.from(billion, "base64"),
      /has 1000000000 values/,
    ],
    ["a column twice", "f.csv", `${header},date\n`, /names the column "date" twice/],
    [
      "a required column renamed beyond recognition",
      "f.csv",
      csv(flight()).replace("dest", "whereto"),
      /lacks the column dest. It has whereto instead/,
    ],
  ])("is held with %s", async (_, name, content, reason) => {
    await using world = await World.open();
    const load = await world.load(name, content);
    expect(load).toMatchObject({
      state: "held",
      reason: expect.stringMatching(reason),
      loaded: load.read - load.quarantined,
    });
    expect(await world.rows("select * from flights")).toEqual([]);
    expect(await world.lakeBytes()).toEqual({});
  });

  it("does not take the former version away when a newer one is held", async () => {
    await using world = await World.open();
    await world.load("f.csv", csv(flight()));
    const before = await world.lakeBytes();
    expect(await world.load("f.csv", csv())).toMatchObject({ state: "held" });
    expect(await world.lakeBytes()).toEqual(before);
    expect(await world.rows("select flight from flights")).toEqual([{ flight: 1545 }]);
  });

  it("is loaded with other columns than agreed as far as that is safe, and reported", async () => {
    await using world = await World.open();
    const content = csv(flight())
      .replace("dest", "Destination")
      .replace(/\n/g, ",gate\n")
      .replace("tailnum,", "plane,");
    expect(await world.load("f.csv", content)).toMatchObject({
      state: "published",
      drift: { missing: ["tailnum"], added: ["plane", "gate"], renamed: { Destination: "dest" } },
    });
    expect(await world.rows("select dest, tailnum from flights")).toEqual([{ dest: "ORD", tailnum: null }]);
  });

  it("starts nothing outside of incoming/, so that what is written beside it cannot loop", async () => {
    await using world = await World.open();
    await world.arrive("flights/dt=2013-01-01/part.csv", csv(flight()));
    await world.settle();
    expect(await world.loads()).toEqual([]);
  });
});
