// Real apps in a world that is killed again and again: whatever they said they have is there in the end, and accounted for.
// Needs apps/cron-replacement, apps/etl and apps/iot-ingest.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openNewDatabase } from "../../../tools/new-database.ts";
import { createTables } from "../src/data/database.ts";
import { writeState } from "../src/data/state.ts";
import { databaseFolder, homeAt } from "../src/home.ts";
import { startWorld, type TestWorld, until } from "./harness.ts";

const kills = process.env["FAASADE_STRICT"] === "1" ? 20 : 1;
const root = fileURLToPath(new URL("../../..", import.meta.url));
const apps = ["cron-replacement", "etl", "iot-ingest"];
let data: string;
let world: TestWorld;

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), "faasade-data-"));
  const home = homeAt(root, { FAASADE_DATA: data });
  const sql = await openNewDatabase(databaseFolder(home, "world"));
  await createTables(sql);
  // The hundreds of thousands of rows that a new world brings would say nothing more.
  for (const store of ["etl/inbox", "cron-replacement/crontabs", "cron-replacement/archive"])
    await writeState(sql, `seeded:${store}`, true);
  await sql.close();
  world = await startWorld(root, data, apps);
}, 120_000);

afterAll(async () => {
  await world?.stop();
  await rm(data, { recursive: true, force: true });
}, 60_000);

const post = async <Answer>(path: string, init: RequestInit = {}): Promise<Answer> => {
  const reply = await fetch(`${world.gateway}/${path}`, { method: "POST", ...init });
  if (!reply.ok) throw new Error(`${path} answered ${reply.status}`);
  return (await reply.json()) as Answer;
};

const day = "2013-01-01";
const flight = (number: number, dest: string) => `${day},AA,${number},EWR,${dest},1829,5,-3,120,719,N1,x`;
const columns =
  "date,carrier,flight,origin,dest,scheduled,dep_delay,arr_delay,air_time,distance,tailnum,contact";

describe("the apps of a world that is killed", () => {
  const readings: number[] = [];
  const files: string[] = [];
  const runs: string[] = [];

  /** Does one thing after the other until the world is gone, and notes what it was told is taken. */
  async function work(isOver: () => boolean, act: () => Promise<() => void>): Promise<void> {
    while (!isOver()) {
      const note = await act().catch(() => undefined);
      if (isOver()) return;
      note?.();
      if (note === undefined) await delay(50);
    }
  }

  let next = 0;
  const sendReading = async () => {
    next += 1;
    const sequence = next;
    const value = { sequence, values: { temperature: 20 } };
    await world.control("POST", "publish", { topic: "iot-ingest/readings", key: "storm", data: value });
    return () => void readings.push(sequence);
  };
  const putFile = async () => {
    next += 1;
    const number = next;
    const key = `incoming/f${number}.csv`;
    const rows = [columns, flight(number, "ORD"), flight(number + 1000, "LAX"), flight(number, "nowhere")];
    await world.control("PUT", `objects/etl/inbox/${key}`, `${rows.join("\n")}\n`);
    return () => void files.push(key);
  };
  const runJob = async () => {
    const { at } = await post<{ at: string }>("cron-replacement/jobs/probe-uptime/run");
    return () => void runs.push(at);
  };

  /** The first delivery makes its table, and all of them may still wait. */
  const rowsOf = async <Row>(asked: { database: string; query: string }): Promise<Row[]> => {
    const answer = await world.control<{ rows: Row[] }>("POST", "sql", asked).catch((error: Error) => {
      if (error.message.includes("does not exist")) return { rows: [] };
      throw error;
    });
    return answer.rows;
  };

  it(`have, ${kills} kills later, every reading, row and run, each once and with what became of it`, async () => {
    await world.control(
      "PUT",
      "objects/cron-replacement/crontabs/crontab",
      "OVERLAP=queue\n*/5 * * * * probe-uptime /alive --within 30s\n",
    );
    for (let round = 0; round < kills; round += 1) {
      let isOver = false;
      const wanted = { readings: readings.length + 20, files: files.length + 2, runs: runs.length + 1 };
      const working = [sendReading, putFile, runJob].map((act) => work(() => isOver, act));
      await until(
        "some of everything",
        async () =>
          readings.length >= wanted.readings && files.length >= wanted.files && runs.length >= wanted.runs,
        120,
      );
      await world.kill();
      isOver = true;
      await Promise.all(working);
      world = await startWorld(root, data, apps);
    }

    await until(
      "every reading",
      async () => {
        const asked = {
          database: "iot-ingest/telemetry",
          query: "select sequence from readings where device = 'storm'",
        };
        const rows = await rowsOf<{ sequence: string }>(asked);
        expect(new Set(rows.map(({ sequence }) => sequence)).size).toBe(rows.length);
        const there = new Set(rows.map(({ sequence }) => Number(sequence)));
        return readings.every((sequence) => there.has(sequence));
      },
      180,
    );

    interface Load {
      readonly key: string;
      readonly state: string;
      readonly read: number;
      readonly loaded: number;
      readonly quarantined: number;
    }
    const query = `select distinct on (key) key, state, read_rows as read, loaded, quarantined from loads order by key, id desc`;
    const loads = await until(
      "every file",
      async () => {
        const rows = await rowsOf<Load>({ database: "etl/records", query });
        const over = new Map(rows.filter(({ state }) => state !== "loading").map((one) => [one.key, one]));
        return files.every((key) => over.has(key)) && over;
      },
      180,
    );
    for (const key of files) expect(loads.get(key)).toMatchObject({ read: 3, loaded: 2, quarantined: 1 });

    // A run whose process died holds its job until its time is over.
    await world.control("POST", "clock", { advanceSeconds: 600 });
    interface Row {
      readonly due: string;
      readonly status: string;
    }
    await until(
      "the end of every run",
      async () => {
        const { objects } = await world.control<{ objects: { key: string }[] }>(
          "GET",
          "objects/cron-replacement/runs?limit=1000&prefix=runs/",
        );
        const rows = await Promise.all(
          objects.map(async ({ key }) => {
            const row = await world.control<Row | string>("GET", `objects/cron-replacement/runs/${key}`);
            return (typeof row === "string" ? JSON.parse(row) : row) as Row;
          }),
        );
        const ended = new Map(rows.map(({ due, status }) => [Date.parse(due), status]));
        return runs.every((at) => /^(ok|failed|interrupted)$/.test(ended.get(Date.parse(at)) ?? ""));
      },
      180,
    );
  }, 1_800_000);
});
