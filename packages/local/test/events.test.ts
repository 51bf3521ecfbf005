// The parts that move events, on a real database in memory: each failure in the middle, each start after a crash.
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { open as openStore } from "@faasade/connectors/object-store/file";
import type { SqlQueue } from "@faasade/connectors/queue/sql";
import type { SqlDriver } from "@faasade/connectors/sql";
import { open as openPglite } from "@faasade/connectors/sql/pglite";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { WorldClock } from "../src/clock.ts";
import { Causes } from "../src/data/causes.ts";
import { createTables } from "../src/data/database.ts";
import { Journal } from "../src/data/journal.ts";
import { Queues } from "../src/data/queues.ts";
import { Intake } from "../src/events/intake.ts";
import { watchStore } from "../src/events/objects.ts";
import { type Job, Scheduler } from "../src/events/scheduler.ts";
import { settle } from "../src/events/settle.ts";
import { until } from "./harness.ts";

let sql: SqlDriver;
let clock: WorldClock;
let journal: Journal;
let causes: Causes;
let queues: Queues;
let intake: Intake;
let queue: SqlQueue;
let queueCount = 0;

beforeAll(async () => {
  sql = await openPglite("pglite:");
  await createTables(sql);
}, 60_000);

afterAll(() => sql.close(), 60_000);

beforeEach(async () => {
  clock = new WorldClock();
  causes = new Causes();
  journal = await Journal.open(sql, clock);
  queues = new Queues(sql, clock);
  intake = new Intake(sql, journal, causes, () => clock.now());
  queueCount += 1;
  queue = queues.get(`queue-${queueCount}`);
});

const event = (id: string, traceparent?: string) => ({
  specversion: "1.0" as const,
  id,
  source: "/test",
  type: "test",
  data: null,
  extensions: traceparent === undefined ? {} : { traceparent },
});
const send = (id: string) => queue.send([{ id, body: Buffer.from("{}"), contentType: "application/json" }]);
const receive = (max = 10) => queue.receive({ max, visibilitySeconds: 3600 });
const ids = (messages: readonly { id: string }[]) => messages.map(({ id }) => id).sort();
const query = async (text: string) => (await sql.transaction((session) => session.query(text))).rows;

describe("intake", () => {
  const accept = (id: string, traceparent?: string) =>
    intake.accept(event(id, traceparent), [{ app: "a", functionName: "f", queue }], "a");

  it("takes an event once: a change that is told again, also after it was handled, starts nothing", async () => {
    expect(await accept("once")).toBe(true);
    const [message] = await receive();
    await queue.acknowledge([message?.receipt ?? ""]);
    expect(await accept("once")).toBe(false);
    expect(await receive()).toEqual([]);
  });

  it("leaves neither message nor journal entry when the transaction fails", async () => {
    await query("alter table journal rename to gone");
    await expect(accept("failed")).rejects.toThrow(/journal/);
    await query("alter table gone rename to journal");
    expect(await receive()).toEqual([]);
    expect(await accept("failed")).toBe(true);
    expect(ids(await receive())).toEqual(["failed"]);
    expect(journal.entries().filter(({ id }) => id === "failed")).toHaveLength(1);
  });

  it("notes what caused an event, by the trace context it carries", async () => {
    await accept("caused", causes.open("the cause"));
    expect(journal.entries().at(-1)).toMatchObject({ id: "caused", cause: "the cause" });
  });

  it("forgets only ids that are a month old", async () => {
    await accept("old");
    clock.advance(29 * 86_400_000);
    await intake.forgetOld();
    expect(await accept("old")).toBe(false);
    clock.advance(2 * 86_400_000);
    await intake.forgetOld();
    expect(await accept("old")).toBe(true);
  });
});

describe("the journal", () => {
  it("keeps what could not be written, and writes it with what comes next", async () => {
    await query("alter table journal rename to gone");
    journal.note({ kind: "operator", id: "kept", title: "kept" });
    await journal.flush();
    await query("alter table gone rename to journal");
    journal.note({ kind: "operator", id: "next", title: "next" });
    await journal.flush();
    const rows = await query("select entry->>'id' as id from journal order by sequence desc limit 2");
    expect(rows).toEqual([{ id: "next" }, { id: "kept" }]);
  });
});

describe("a message after an attempt", () => {
  const failed = { kind: "retry", reason: "it failed", retryAfterSeconds: 0 } as const;
  const fail = async (verdict: Parameters<typeof settle>[1], isStopping = false) => {
    await send("message");
    const [message] = await receive();
    if (message === undefined) throw new Error("nothing was received");
    return settle(message, verdict, { queue, maxAttempts: 1, isStopping });
  };

  it("is gone when it was handled", async () => {
    await fail({ kind: "done" });
    expect(await queue.depth()).toEqual({ ready: 0, delayed: 0, inFlight: 0, dead: 0 });
  });

  it("is buried with the reason after its last attempt, and told of once", async () => {
    expect(await fail(failed)).toBe("it failed (gave up after 1 attempts)");
    expect(await queue.deadLetters({ limit: 1 })).toMatchObject([
      { id: "message", reason: "it failed (gave up after 1 attempts)" },
    ]);
  });

  it("comes again when the attempt was cut off because the world stops", async () => {
    expect(await fail(failed, true)).toBeUndefined();
    expect(ids(await receive())).toEqual(["message"]);
  });
});

describe("what a host that died had taken", () => {
  it("is given back at the start, and only then: later, what is out is being worked on", async () => {
    await send("left");
    await receive();
    await queues.recover(`queue-${queueCount}`);
    expect(ids(await receive())).toEqual(["left"]);
    await queues.recover(`queue-${queueCount}`);
    expect(await receive()).toEqual([]);
  });
});

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
    const scheduler = new Scheduler({ sql, intake, clock, onError, onMissed });
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

describe("the watch of a store", () => {
  it("says what is wrong, goes on when that is mended, and misses nothing", async () => {
    const folder = await mkdtemp(join(tmpdir(), "faasade-watch-"));
    await mkdir(join(folder, "catalog.db"));
    const stop = new AbortController();
    const errors: string[] = [];
    const trigger = { kind: "object", store: "s", change: "created" } as const;
    const watching = watchStore({
      app: "a",
      store: "s",
      folder,
      intake,
      subscribers: () => [{ app: "a", functionName: "f", queue, trigger }],
      signal: stop.signal,
      onChange: () => {},
      onError: ({ message }) => errors.push(message),
    });
    await until("the complaint", async () => errors.length > 0);
    await rm(join(folder, "catalog.db"), { recursive: true });
    const store = await openStore(`file://${folder}`, { clock });
    await query("alter table journal rename to gone");
    await store.put("key", Buffer.from("x"), {});
    await until("the complaint of the intake", async () => errors.some((one) => one.includes("journal")));
    await query("alter table gone rename to journal");
    const [message] = await until("the event", async () => {
      const messages = await receive();
      return messages.length > 0 && messages;
    });
    expect(JSON.parse(Buffer.from(message?.body ?? []).toString())).toMatchObject({ subject: "key" });
    stop.abort();
    await watching;
    await store.close();
    await rm(folder, { recursive: true });
  });
});

describe("the logs", () => {
  it("that no disk takes end nothing: the newest can still be read", async () => {
    const { Logs } = await import("../src/data/logs.ts");
    const folder = await mkdtemp(join(tmpdir(), "faasade-logs-"));
    await writeFile(join(folder, "file"), "");
    const logs = new Logs(join(folder, "file", "logs"));
    logs.output("a", "still here", clock.now());
    await logs.close();
    expect(logs.lines("a", 1)).toMatchObject([{ message: "still here" }]);
    await logs.open();
    expect(logs.lines("a", 9)).toHaveLength(1);
    await rm(folder, { recursive: true });
  });

  it("of earlier worlds can still be read, the newest of them", async () => {
    const { Logs } = await import("../src/data/logs.ts");
    const folder = await mkdtemp(join(tmpdir(), "faasade-logs-"));
    const before = new Logs(folder);
    for (const line of ["one", "two"]) before.output("a", line, clock.now());
    await before.close();
    await writeFile(join(folder, "2000-01-01.ndjson"), "no JSON\n");
    const logs = new Logs(folder);
    await logs.open();
    logs.output("a", "three", clock.now());
    expect(logs.lines("a", 9).map(({ message }) => message)).toEqual(["one", "two", "three"]);
    await logs.close();
    await rm(folder, { recursive: true });
  });
});
