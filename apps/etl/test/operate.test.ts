// What an operator does: query, replay, backfill, export, look; and what the clock does.
import { describe, expect, it } from "vitest";
import { csv, flight, header, World } from "./world.ts";

const days = (count: number) =>
  Array.from({ length: count }, (_, day) => `2013-01-${String(day + 1).padStart(2, "0")}`);
const month = () =>
  csv(...days(31).flatMap((date) => [flight({ date }), flight({ date, flight: "2", dep_delay: "60" })]));

describe("a query", () => {
  it("reads the days and columns it needs and says how many bytes that were", async () => {
    await using world = await World.open();
    await world.load("january.csv", month());
    const sql = "select avg(dep_delay) as delay from flights where flight = $1";
    const { json: all } = await world.request("POST", "/query", { sql, params: [2] });
    const { json: week } = await world.request("POST", "/query", {
      sql,
      params: [2],
      from: "2013-01-08",
      to: "2013-01-14",
    });
    expect(all.rows).toEqual([{ delay: 60 }]);
    expect([all.given.files, week.given.files, week.scanned.files]).toEqual([31, 7, 7]);
    expect(week.scanned.bytes).toBeGreaterThan(0);
    expect(week.scanned.bytes).toBeLessThan(all.scanned.bytes / 4);
    const { json: pruned } = await world.request("POST", "/query", {
      sql: `${sql} and dt = '2013-01-10'`,
      params: [2],
    });
    expect([pruned.given.files, pruned.scanned.files]).toEqual([31, 1]);
  });

  it("says of an empty lake that files may still be loading", async () => {
    await using world = await World.open();
    const ask = async () => (await world.request("POST", "/query", { sql: "select * from flights" })).json;
    expect(await ask()).toMatchObject({ rows: [], note: expect.stringContaining("may still be loading") });
    await world.load("a.csv", csv(flight()));
    expect(await ask()).not.toHaveProperty("note");
  });

  it.each([
    ["a file", "select * from read_csv('/etc/passwd')", 403],
    ["something to change", "drop table flights", 403],
    ["nonsense", "selec", 400],
    ["another table", "select * from loads", 400],
  ])("does not reach %s", async (_, sql, status) => {
    await using world = await World.open();
    expect((await world.request("POST", "/query", { sql })).status).toBe(status);
  });

  it("is refused before it reads more than allowed", async () => {
    await using world = await World.open({ MAX_QUERY_BYTES: "10000" });
    await world.load("january.csv", month());
    const { status, json } = await world.request("POST", "/query", { sql: "select 1" });
    expect([status, json.detail]).toEqual([
      413,
      expect.stringMatching(/31 files with \d+ bytes would be read, the limit is 10000/),
    ]);
    expect((await world.request("POST", "/query", { sql: "select 1", from: "2013-01-31" })).status).toBe(200);
  });
});

describe("rows in quarantine", () => {
  it("are loaded when the airports know what was unknown, and the others stay", async () => {
    await using world = await World.open({ MAX_BAD_SHARE: "1" });
    const { id } = await world.load(
      "a.csv",
      csv(flight(), flight({ flight: "2", dest: "SJU" }), flight({ flight: "x" }), flight()),
    );
    await world.reference.put(
      "airports.csv",
      Buffer.from("faa,name\nEWR,Newark\nORD,Ohare\nSJU,San Juan\n"),
      {},
    );
    expect((await world.request("POST", `/loads/${id}/replay`)).json).toEqual({ replayed: 1 });
    expect((await world.loads())[0]).toMatchObject({
      state: "published",
      read: 4,
      loaded: 2,
      quarantined: 2,
    });
    const { json } = await world.request("POST", "/query", {
      sql: "select flight, dest_name from flights order by 1",
    });
    expect(json.rows).toEqual([
      { flight: 2, dest_name: "San Juan" },
      { flight: 1545, dest_name: "Chicago Ohare Intl" },
    ]);
    expect((await world.request("POST", `/loads/${id}/replay`)).json).toEqual({ replayed: 0 });
  });

  it("let a held file be published once enough of them are mended", async () => {
    await using world = await World.open();
    const { id, state } = await world.load("a.csv", csv(flight(), flight({ flight: "2", dest: "SJU" })));
    expect(state).toBe("held");
    await world.reference.put(
      "airports.csv",
      Buffer.from("faa,name\nEWR,Newark\nORD,Ohare\nSJU,San Juan\n"),
      {},
    );
    await world.request("POST", `/loads/${id}/replay`);
    expect((await world.loads())[0]).toMatchObject({
      state: "published",
      loaded: 2,
      quarantined: 0,
      reason: null,
    });
  });

  it.each([
    ["no load", "999", 404],
    ["no number", "x", 400],
    ["a number beyond all", "99999999999999999999", 400],
  ])("cannot be replayed of %s", async (_, id, status) => {
    await using world = await World.open();
    expect((await world.request("POST", `/loads/${id}/replay`)).status).toBe(status);
  });

  it("cannot be replayed from another file than they came from, nor make half a file whole", async () => {
    await using world = await World.open();
    const cut = await world.load("cut.csv", csv(flight(), flight()).slice(0, -60));
    expect((await world.request("POST", `/loads/${cut.id}/replay`)).status).toBe(200);
    expect((await world.loads())[0]).toMatchObject({
      state: "held",
      reason: expect.stringMatching(/ends inside a row/),
    });
    await world.arrive("cut.csv", csv(flight()));
    expect((await world.request("POST", `/loads/${cut.id}/replay`)).status).toBe(409);
  });
});

describe("a load near its deadline", () => {
  it("goes on in another invocation, row by row where it stopped, until all is there", async () => {
    await using world = await World.open({ ROWS_PER_PIECE: "20", RESERVE_SECONDS: "30" });
    await world.arrive("january.csv", month());
    // Each piece takes a minute of the two that an invocation has.
    world.step = (call) => {
      if (call === "after copyIn") world.now += 60_000;
    };
    expect(await world.accept("incoming/january.csv")).toBeUndefined();
    expect((await world.loads())[0]).toMatchObject({ state: "loading", read: 40 });
    expect(await world.rows("select * from flights")).toEqual([]);
    await world.settle();
    expect((await world.loads())[0]).toMatchObject({ state: "published", read: 62, loaded: 62 });
    expect(Object.keys(await world.lakeBytes())).toHaveLength(32);
  });
});

describe("a load that ends its process", () => {
  it("is held at last with a reason, and its file is loaded when it comes anew", async () => {
    await using world = await World.open({ ROWS_PER_PIECE: "1" });
    await world.arrive("deadly.csv", csv(flight(), flight({ flight: "2" })));
    for (let death = 0; death < 6; death += 1) {
      // Nothing that comes after it reaches the database: the process is gone.
      let isDead = false;
      world.step = (call) => {
        isDead ||= call === "before copyIn";
        if (isDead) throw new Error("the process died");
      };
      expect(await world.accept("incoming/deadly.csv")).toBeDefined();
      world.restart();
      expect((await world.loads())[0]?.state).toBe("loading");
    }
    expect(await world.accept("incoming/deadly.csv")).toBeUndefined();
    const reason = "Loading broke off 6 times behind row 0: the process died or ran out of time.";
    expect((await world.loads())[0]).toMatchObject({ state: "held", reason });
    expect((await world.load("deadly.csv", csv(flight()))).state).toBe("published");
  });

  it("is not held while each try gets further", async () => {
    await using world = await World.open({ ROWS_PER_PIECE: "1" });
    const lines = Array.from({ length: 9 }, (_, place) => flight({ flight: String(place + 1) }));
    await world.arrive("long.csv", csv(...lines));
    for (let death = 0; death < 8; death += 1) {
      let copies = 0;
      world.step = (call) => {
        if (call === "before copyIn") copies += 1;
        if (copies > 1) throw new Error("the process died");
      };
      expect(await world.accept("incoming/long.csv")).toBeDefined();
      world.restart();
      expect((await world.loads())[0]).toMatchObject({ state: "loading", read: death + 1 });
    }
    await world.settle();
    expect((await world.loads())[0]).toMatchObject({ state: "published", loaded: 9 });
  });

  it("is not held for what only failed: it is tried until it succeeds", async () => {
    await using world = await World.open();
    await world.reference.delete("airports.csv");
    await world.arrive("early.csv", csv(flight()));
    for (let attempt = 0; attempt < 20; attempt += 1)
      expect(await world.accept("incoming/early.csv")).toMatchObject({ code: "unavailable" });
    await world.reference.put("airports.csv", Buffer.from("faa,name\nEWR,Newark\nORD,Chicago\n"), {});
    await world.settle();
    expect((await world.loads())[0]?.state).toBe("published");
  });
});

describe("a backfill", () => {
  it("loads the files of some days anew, by the rules and airports of today", async () => {
    await using world = await World.open();
    await world.load("a.csv", csv(flight()));
    await world.load("b.csv", csv(flight({ date: "2013-02-01" })));
    await world.reference.put("airports.csv", Buffer.from("faa,name\nEWR,Newark\nORD,Renamed\n"), {});
    const asked = { from: "2013-01-01", to: "2013-01-31" };
    const { status, json } = await world.request("POST", "/backfills", asked);
    expect([status, json.files]).toEqual([202, ["incoming/a.csv"]]);
    await world.settle();
    expect(await world.rows("select dt::text, dest_name from flights order by 1")).toEqual([
      { dt: "2013-01-01", dest_name: "Renamed" },
      { dt: "2013-02-01", dest_name: "Chicago Ohare Intl" },
    ]);
    const before = await world.lakeBytes();
    await world.request("POST", "/backfills", asked);
    await world.settle();
    expect(await world.lakeBytes()).toEqual(before);
  });

  it.each([
    ["no days", "yesterday", "today", /day|date/i],
    ["days of no calendar", "2013-02-01", "2013-02-30", /There is no such day/],
    ["the end before the beginning", "2013-02-02", "2013-02-01", /from must not be after to/],
  ])("refuses %s", async (_, from, to, says) => {
    await using world = await World.open();
    const { status, json } = await world.request("POST", "/backfills", { from, to });
    expect([status, json.detail]).toEqual([400, expect.stringMatching(says)]);
  });
});

describe("each hour", () => {
  it("files whose event was lost are loaded, broken loads go on, and the lake is pruned", async () => {
    await using world = await World.open({ ROWS_PER_PIECE: "1" });
    await world.load("a.csv", csv(flight()));
    await world.load("a.csv", csv(flight({ flight: "3" })));
    await world.arrive("lost.csv", csv(flight({ flight: "2" })));
    await world.arrive("broken.csv", csv(flight({ flight: "4" }), flight({ flight: "5" })));
    await world.arrive("notes.txt", "no table");
    world.changes.length = 0;
    let pieces = 0;
    world.step = (call) => {
      if (call === "after copyIn" && ++pieces > 3) throw new Error("the process died");
    };
    await world.accept("incoming/broken.csv");
    world.restart();
    expect(await world.sweep()).toBeUndefined();
    await world.settle();
    expect(await world.rows("select flight from flights order by 1")).toEqual(
      [2, 3, 4, 5].map((flight) => ({ flight })),
    );
    expect((await world.loads()).map(({ state }) => state).sort()).toEqual([
      "published",
      "published",
      "published",
      "replaced",
    ]);
    const files = Object.keys(await world.lakeBytes()).length;
    world.now += 2 * 3_600_000;
    await world.sweep();
    expect(Object.keys(await world.lakeBytes()).length).toBeLessThan(files);
    expect(
      (await world.request("POST", "/query", { sql: "select count(*) as n from flights" })).json.rows,
    ).toEqual([{ n: "4" }]);
  });
});

describe("the export", () => {
  it("is CSV with no cell that a spreadsheet would run", async () => {
    await using world = await World.open();
    await world.load("a.csv", csv(flight({ dest: "LAX" }), flight({ date: "2013-01-02" })));
    const { headers, text } = await world.request("GET", "/flights.csv?from=2013-01-01&to=2013-01-01");
    expect(headers["content-disposition"]).toBe('attachment; filename="flights-2013-01-01-2013-01-01.csv"');
    const [head, line, ...rest] = text.split("\r\n");
    expect(head).toMatch(/^carrier,flight,origin,/);
    expect(line).toContain(`"'=Los Angeles, Intl"`);
    expect(line).toContain(",-11,");
    expect(rest).toEqual([""]);
    expect((await world.request("GET", "/flights.csv?from=x&to=y")).status).toBe(400);
  });
});

describe("the page", () => {
  it.each(["x", "13", "2013-13-01", "2013-01-01x", "2013-02-30"])("knows no day %s", async (day) => {
    await using world = await World.open();
    const { status, json } = await world.request("GET", `/lineage/${day}`);
    expect([status, json.detail]).toEqual([
      400,
      `Cannot take the day ${day}: write a day such as 2013-01-31.`,
    ]);
  });

  it("shows loads with their reasons, and where a day's rows come from", async () => {
    await using world = await World.open();
    await world.load("a.csv", csv(flight(), flight({ flight: "2" })));
    await world.load("b.csv", csv(flight()));
    await world.load("c.csv", `${header}\n`);
    const { json } = await world.request("GET", "/lineage/2013-01-01");
    expect(
      json.sources.map(({ key, rows, counted }: Record<string, unknown>) => [key, rows, counted]),
    ).toEqual([
      ["incoming/a.csv", 2, 1],
      ["incoming/b.csv", 1, 1],
    ]);
    expect(json.files).toEqual([
      { key: expect.stringMatching(/^flights\/dt=2013-01-01\//), rows: 2, bytes: expect.any(Number) },
    ]);
    const overview = (await world.request("GET", "/loads.json")).json;
    expect(overview.lake).toMatchObject({ days: 1, rows: 2, pending: 0 });
    expect(overview.loads[0]).toMatchObject({ state: "held", reason: "The file has no rows." });
    const page = await world.request("GET", "/");
    expect(page.text).toContain("<h1>ETL</h1>");
    expect(page.headers["content-security-policy"]).toContain("default-src 'none'");
  });
});
