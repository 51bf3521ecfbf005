// The story of etl: a file with a damaged row in, a day of the lake and a reason out.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import type { Story, StoryApp } from "@faasade/core/story";

/** No flight of the samples is on it. */
const day = "2001-02-03";
const flights = 40;
const keyOf = ({ unique }: StoryApp): string => `incoming/${unique}.csv`;

/** The last one's date is none. */
function file(): string {
  const rows = Array.from({ length: flights }, (_, index) => {
    const date = index === flights - 1 ? "2001-02-30" : day;
    return `${date},UA,${index + 1},EWR,ORD,0715,4,11,116,719`;
  });
  const columns = "date,carrier,flight,origin,dest,scheduled,dep_delay,arr_delay,air_time,distance";
  return `${[columns, ...rows].join("\n")}\n`;
}

interface Load {
  readonly id: string;
  readonly key: string;
  readonly state: string;
  readonly loaded: number;
  readonly quarantined: number;
  readonly reason: string | null;
  readonly reasons: readonly { readonly reason: string }[];
}

async function loadOf(app: StoryApp): Promise<Load | undefined> {
  const reply = await app.fetch("/loads.json");
  assert.equal(reply.status, 200);
  const { loads } = (await reply.json()) as { loads: readonly Load[] };
  return loads.find(({ key, state }) => key === keyOf(app) && state !== "loading");
}

const story: Story = [
  {
    title: "its airports are known: its own, or those of the samples",
    async run({ objects }) {
      const reference = objects("reference");
      if ((await reference.get("airports.csv")) !== undefined) return;
      const airports = await readFile(new URL("data/reference/airports.csv", import.meta.url));
      await reference.put("airports.csv", airports);
    },
  },
  {
    title: "a file in the inbox is loaded, and its damaged row is put aside with the reason",
    async run(app) {
      await app.objects("inbox").put(keyOf(app), file());
      const load = await app.eventually("the file is loaded", () => loadOf(app));
      assert.equal(load.state, "published", load.reason ?? "");
      assert.deepEqual([load.loaded, load.quarantined], [flights - 1, 1]);
      assert.ok(load.reasons[0]?.reason, "The damaged row has no reason.");
    },
  },
  {
    title: "the lake answers a query of the day",
    async run(app) {
      const query = { sql: "select count(*)::int as flights from flights", from: day, to: day };
      const headers = { "content-type": "application/json" };
      const asked = { method: "POST", headers, body: JSON.stringify(query) };
      const rows = await app.eventually("the day is in the lake", async () => {
        const reply = await app.fetch("/query", asked);
        assert.equal(reply.status, 200, await reply.clone().text());
        const { rows } = (await reply.json()) as { rows: readonly { flights: number }[] };
        return rows[0]?.flights === 0 ? undefined : rows;
      });
      assert.deepEqual(rows, [{ flights: flights - 1 }]);
    },
  },
  {
    title: "the lineage of the day names the file",
    async run(app) {
      const reply = await app.fetch(`/lineage/${day}`);
      const { sources } = (await reply.json()) as { sources: readonly { key: string }[] };
      assert.ok(
        sources.some(({ key }) => key === keyOf(app)),
        JSON.stringify(sources),
      );
    },
  },
  {
    title: "tried again, the damaged row stays aside",
    async run(app) {
      const before = await loadOf(app);
      const reply = await app.fetch(`/loads/${before?.id}/replay`, { method: "POST" });
      assert.deepEqual([reply.status, await reply.json()], [200, { replayed: 0 }]);
      assert.equal((await loadOf(app))?.quarantined, 1);
    },
  },
];

export default story;
