// What holds whatever the platform does: deliver twice, in another order, at once, or die at any await.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { csv, flight, World } from "./world.ts";

const settings = { ROWS_PER_PIECE: "2", MAX_BAD_SHARE: "1" };

/** Versions of three files, which tell of the same days and partly of the same flights, some of them badly. */
const contents = [
  csv(
    flight(),
    flight({ flight: "2" }),
    flight({ flight: "3", date: "2013-01-02" }),
    flight({ dest: "SJU" }),
  ),
  csv(
    flight({ dep_delay: "99" }),
    flight({ flight: "2" }),
    flight({ flight: "4", date: "2013-01-03" }),
    flight(),
  ),
  csv(flight({ flight: "5", date: "2013-01-02" }), flight({ flight: "oops" })),
  csv(),
];
const files = ["a.csv", "b.csv", "c.csv"];

/** Throws at the nth step, and at all that follow, as if the process had died there. */
function dyingAt(nth: number): () => void {
  let steps = 0;
  return () => {
    steps += 1;
    if (steps >= nth) throw new Error("the process died");
  };
}

async function publishedDays(world: World): Promise<string> {
  const { json } = await world.request("POST", "/query", {
    sql: "select dt, flight, dep_delay, source from flights order by all",
  });
  return JSON.stringify(json.rows);
}

async function expectBalance(world: World): Promise<void> {
  await world.loads(); // makes the tables, if nobody has
  const loads = await world.rows(`select read_rows, loaded, quarantined, state,
    (select count(*)::int from flight_rows where load_id = id) as rows,
    (select count(*)::int from quarantine where load_id = id) as bad from loads where state <> 'replaced'`);
  for (const load of loads) {
    expect(load.read_rows, "rows in = loaded + quarantined").toBe(
      Number(load.loaded) + Number(load.quarantined),
    );
    expect([load.loaded, load.quarantined]).toEqual([load.rows, load.bad]);
  }
  const rowsOfNothing = "select row_no from flight_rows where load_id not in (select id from loads)";
  expect(await world.rows(rowsOfNothing)).toEqual([]);
}

/** What comes of the last versions when nothing goes wrong. */
const calm = new Map<string, Promise<Record<string, string>>>();
function calmBytes(last: readonly (readonly [string, string])[]): Promise<Record<string, string>> {
  const key = JSON.stringify(last);
  const known = calm.get(key) ?? loadCalmly(last);
  calm.set(key, known);
  return known;
}

async function loadCalmly(last: readonly (readonly [string, string])[]): Promise<Record<string, string>> {
  await using world = await World.open(settings);
  for (const [name, content] of last) await world.load(name, content);
  return live(world);
}

/** The manifest and the files it names; what a replaced version left behind awaits pruning. */
async function live(world: World): Promise<Record<string, string>> {
  const bytes = await world.lakeBytes();
  const manifest = Buffer.from(bytes["flights/manifest.json"] ?? "", "base64").toString();
  return Object.fromEntries(
    Object.entries(bytes).filter(([key]) => key.endsWith("manifest.json") || manifest.includes(key)),
  );
}

describe("whatever happens on the way", () => {
  it("the same files come to the same lake, to the byte, and every row is accounted for", async () => {
    const arrivals = fc.array(fc.tuple(fc.constantFrom(...files), fc.nat({ max: 2 })), {
      minLength: 1,
      maxLength: 4,
    });
    const deliveries = fc.array(fc.tuple(fc.nat(10), fc.nat(60)), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(arrivals, deliveries, fc.boolean(), async (arrived, disturbed, isBackwards) => {
        await using world = await World.open(settings);
        for (const [name, version] of arrived) {
          await world.arrive(name, contents[version] ?? "");
          // Some are delivered at once, twice or late, and some of these deliveries die.
          for (const [which, dieAt] of disturbed) {
            const key = world.changes[which % world.changes.length];
            world.step = dyingAt(dieAt + 1);
            if (key !== undefined) await world.accept(key);
            world.restart();
            await expectBalance(world);
          }
        }
        if (isBackwards) world.changes.reverse();
        await world.settle();
        const last = new Map(arrived.map(([name, version]) => [name, contents[version] ?? ""]));
        expect(await live(world)).toEqual(await calmBytes([...last].sort()));
        await expectBalance(world);
      }),
      { numRuns: 12 },
    );
  }, 240_000);

  it("readers see a day as it was or as it is to be, at whatever step a load dies", async () => {
    await using world = await World.open(settings);
    await world.load("a.csv", contents[0] ?? "");
    const before = await publishedDays(world);
    await world.load("b.csv", contents[1] ?? "");
    const after = await publishedDays(world);
    for (let dieAt = 1, isOver = false; !isOver; dieAt += 3) {
      await using fresh = await World.open(settings);
      await fresh.load("a.csv", contents[0] ?? "");
      await fresh.arrive("b.csv", contents[1] ?? "");
      let steps = 0;
      const die = dyingAt(dieAt);
      fresh.step = async () => {
        steps += 1;
        die();
      };
      await fresh.accept("incoming/b.csv");
      isOver = steps < dieAt;
      fresh.restart();
      expect([before, after]).toContain(await publishedDays(fresh));
      await fresh.settle();
      expect(await publishedDays(fresh)).toBe(after);
    }
  }, 240_000);

  it("two consumers of one file load it once", async () => {
    await using world = await World.open(settings);
    await world.arrive("a.csv", contents[0] ?? "");
    await world.arrive("b.csv", contents[1] ?? "");
    const [a, b] = world.changes as [string, string];
    await Promise.all([world.accept(a), world.accept(a), world.accept(b), world.accept(b)]);
    await world.settle();
    await expectBalance(world);
    expect(await live(world)).toEqual(
      await calmBytes([
        ["a.csv", contents[0] ?? ""],
        ["b.csv", contents[1] ?? ""],
      ]),
    );
  });

  it("a load that loses a race for the lake writes the newer rows, not the ones it read before", async () => {
    await using world = await World.open(settings);
    await world.arrive("a.csv", contents[0] ?? "");
    await world.arrive("b.csv", contents[1] ?? "");
    const [a, b] = world.changes.splice(0) as [string, string];
    let isFirst = true;
    // Just before the first manifest of a is written, b is loaded whole.
    world.step = async (call) => {
      if (!isFirst || call !== "before put") return;
      isFirst = false;
      expect(await world.accept(b)).toBeUndefined();
    };
    expect(await world.accept(a)).toBeUndefined();
    await world.settle();
    expect(await live(world)).toEqual(
      await calmBytes([
        ["a.csv", contents[0] ?? ""],
        ["b.csv", contents[1] ?? ""],
      ]),
    );
  });
});

describe("the same file", () => {
  it("leaves nothing of a backfill that broke off half way, when it was replaced meanwhile", async () => {
    await using world = await World.open(settings);
    await world.load("a.csv", contents[0] ?? "");
    await world.request("POST", "/backfills", { from: "2013-01-01", to: "2013-01-31" });
    let copies = 0;
    world.step = (call) => {
      if (call === "before copyIn") copies += 1;
      if (copies > 1) throw new Error("the process died");
    };
    await world.continueOne();
    world.restart();
    expect(
      await world.rows("select count(*)::int as n from flight_rows group by load_id order by 1"),
    ).toEqual([{ n: 2 }, { n: 3 }]);
    await world.load("a.csv", csv(flight({ flight: "9" })));
    expect(await world.rows("select flight from flight_rows")).toEqual([{ flight: 9 }]);
    await expectBalance(world);
  });

  it("is loaded once, however often its event comes", async () => {
    await using world = await World.open();
    await world.load("a.csv", csv(flight()));
    const before = await world.lakeBytes();
    for (let times = 0; times < 3; times += 1) expect(await world.accept("incoming/a.csv")).toBeUndefined();
    expect(await world.loads()).toHaveLength(1);
    expect(await world.lakeBytes()).toEqual(before);
  });

  it("counts once under two names, and the name that sorts last is believed", async () => {
    await using world = await World.open();
    await world.load("b.csv", csv(flight({ dep_delay: "7" })));
    await world.load("a.csv", csv(flight(), flight({ flight: "2" })));
    expect(await world.rows("select flight, dep_delay, key from flights order by flight")).toEqual([
      { flight: 2, dep_delay: 2, key: "incoming/a.csv" },
      { flight: 1545, dep_delay: 7, key: "incoming/b.csv" },
    ]);
  });

  it("brings its new rows when it is replaced, and takes the old ones away", async () => {
    await using world = await World.open();
    await world.load("a.csv", csv(flight(), flight({ date: "2013-01-02" })));
    await world.load("a.csv", csv(flight({ flight: "9" })));
    const { json } = await world.request("POST", "/query", { sql: "select dt, flight from flights" });
    expect(json.rows).toEqual([{ dt: "2013-01-01", flight: 9 }]);
    expect(await world.rows("select count(*)::int as n from flight_rows")).toEqual([{ n: 1 }]);
    await world.load("a.csv", csv(flight(), flight({ date: "2013-01-02" })));
    expect(await world.rows("select dt::text, flight from flights order by 1")).toEqual([
      { dt: "2013-01-01", flight: 1545 },
      { dt: "2013-01-02", flight: 1545 },
    ]);
  });
});
