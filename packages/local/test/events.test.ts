// The parts that move events, on a real database: each failure in the middle, each start after a crash.
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { open as openStore } from "@faasade/connectors/object-store/file";
import type { SqlQueue } from "@faasade/connectors/queue/sql";
import { beforeEach, describe, expect, it } from "vitest";
import { WorldClock } from "../src/clock.ts";
import { Causes } from "../src/data/causes.ts";
import { Journal } from "../src/data/journal.ts";
import { Queues } from "../src/data/queues.ts";
import { Intake } from "../src/events/intake.ts";
import { watchStore } from "../src/events/objects.ts";
import { settle } from "../src/events/settle.ts";
import { until } from "./harness.ts";
import { useWorldDatabase } from "./world-database.ts";

const world = useWorldDatabase();
let clock: WorldClock;
let journal: Journal;
let causes: Causes;
let queues: Queues;
let intake: Intake;
let queue: SqlQueue;
let queueCount = 0;

beforeEach(async () => {
  clock = new WorldClock();
  causes = new Causes();
  journal = await Journal.open(world.sql, clock);
  queues = new Queues(world.sql, clock);
  intake = new Intake(world.sql, journal, causes, () => clock.now());
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
const query = async (text: string) => (await world.sql.transaction((session) => session.query(text))).rows;

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
