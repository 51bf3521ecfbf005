import type { SqlQueue } from "@faasade/connectors/queue/sql";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { WorldClock } from "../src/clock.ts";
import { Causes } from "../src/data/causes.ts";
import { Journal } from "../src/data/journal.ts";
import { Queues } from "../src/data/queues.ts";
import { Intake } from "../src/events/intake.ts";
import { type Job, Scheduler } from "../src/events/scheduler.ts";
import { until } from "./harness.ts";
import { useWorldDatabase } from "./world-database.ts";

const world = useWorldDatabase();
let clock: WorldClock;
let intake: Intake;
let queue: SqlQueue;
let queueCount = 0;

beforeEach(async () => {
  clock = new WorldClock();
  const journal = await Journal.open(world.sql, clock);
  intake = new Intake(world.sql, journal, new Causes(), () => clock.now());
  queueCount += 1;
  queue = new Queues(world.sql, clock).get(`queue-${queueCount}`);
});

const receive = () => queue.receive({ max: 10, visibilitySeconds: 3600 });
const ids = (messages: readonly { id: string }[]) => messages.map(({ id }) => id).sort();
const query = async (text: string) => (await world.sql.transaction((session) => session.query(text))).rows;

describe("the scheduler", () => {
  const day = 86_400_000;
  const errors: string[] = [];
  const missed: string[] = [];
  const schedulers: Scheduler[] = [];
  const job = (functionName: string, cron = "0 0 * * *"): Job => {
    const timing = { cron, timeZone: "UTC", misfire: "all" } as const;
    return { app: "a", functionName, queue, ...timing };
  };
  const start = async (jobs: readonly Job[]): Promise<Scheduler> => {
    const onMissed = (app: string, name: string, count: number): unknown =>
      missed.push(`${app}/${name}: ${count}`);
    const onError = (message: string): unknown => errors.push(message);
    const scheduler = new Scheduler({ sql: world.sql, intake, clock, onError, onMissed });
    schedulers.push(scheduler);
    (await scheduler.plan("a", jobs))();
    await scheduler.tick();
    return scheduler;
  };
  afterAll(() => Promise.all(schedulers.map((scheduler) => scheduler.stop())));

  it("remembers over a restart what was due, and makes up for what was missed once", async () => {
    const first = await start([job("remembered")]);
    // With the ids of accepted events forgotten, nothing but the remembered times keeps a run from being repeated.
    const runs = async (): Promise<readonly string[]> => {
      const messages = await receive();
      await queue.acknowledge(messages.map(({ receipt }) => receipt));
      return ids(messages);
    };
    clock.advance(day);
    await first.tick();
    const ran = [...(await runs())];
    await query("delete from accepted_events");
    await first.tick();
    expect(await runs()).toEqual([]);
    await first.stop();
    clock.advance(2 * day);
    await (await start([job("remembered")])).stop();
    ran.push(...(await runs()));
    expect(new Set(ran).size).toBe(3);
    expect(ran).toHaveLength(3);
    await query("delete from accepted_events");
    await start([job("remembered")]);
    expect(await runs()).toEqual([]);
  });

  it("begins anew when the clock goes back, and repeats nothing when it is set right by seconds", async () => {
    const scheduler = await start([job("back", "0 * * * *")]);
    const runs = async (): Promise<readonly string[]> => {
      await scheduler.tick();
      const messages = await receive();
      await queue.acknowledge(messages.map(({ receipt }) => receipt));
      return ids(messages);
    };
    const ahead = clock.aheadMilliseconds;
    clock.advance(3 * 3_600_000);
    const once = await runs();
    expect(once).toHaveLength(3);
    clock.moveTo(clock.aheadMilliseconds - 20_000);
    expect(await runs()).toEqual([]);
    clock.moveTo(ahead);
    expect(await runs()).toEqual([]);
    clock.advance(3 * 3_600_000);
    expect(await runs()).toEqual(once);
    await scheduler.stop();
  });

  it("says how many due times passed that it does not make up for", async () => {
    const scheduler = await start([{ ...job("lazy"), misfire: "once" }]);
    clock.advance(5 * day);
    await scheduler.tick();
    expect(ids(await receive())).toHaveLength(1);
    expect(missed).toEqual(["a/lazy: 4"]);
    await scheduler.stop();
  });

  it("names the function whose schedule cannot be read, and keeps the former plan", async () => {
    const scheduler = await start([job("kept")]);
    await expect(scheduler.plan("a", [job("wrong", "99 * * * *")])).rejects.toThrow(
      /Cannot start a\/wrong by its schedule: .*99/s,
    );
    expect(scheduler.nextDue("a/kept")).toBeDefined();
  });

  it("goes on after the database refused: with the other jobs at once, with this one soon", async () => {
    const scheduler = await start([job("refused"), job("other")]);
    await query("alter table accepted_events add constraint no check (id not like '%refused%')");
    clock.advance(day);
    await scheduler.tick();
    expect(ids(await receive())).toEqual([expect.stringMatching(/^a\/other@/)]);
    expect(errors.at(-1)).toMatch(/Cannot start a\/refused, which may be due: .*/);
    await query("alter table accepted_events drop constraint no");
    const late = await until("the refused job", async () => {
      const messages = await receive();
      return messages.length > 0 && messages;
    });
    expect(ids(late)).toEqual([expect.stringMatching(/^a\/refused@/)]);
  });
});
