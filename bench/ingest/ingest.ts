// Readings by MQTT at QoS 1, acknowledged after their commit, beside a subscriber that only counts them.
import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import ingestReadings from "../../apps/iot-ingest/src/functions/ingest-readings.ts";
import { encodeRows } from "../../packages/connectors/src/sql/copy.ts";
import type { SqlDriver } from "../../packages/connectors/src/sql/driver.ts";
import { open as openPg } from "../../packages/connectors/src/sql/pg.ts";
import type { TopicMessage, TopicSubscription } from "../../packages/connectors/src/topic/driver.ts";
import { open as openMqtt } from "../../packages/connectors/src/topic/mqtt.ts";
import { startPostgres } from "../../packages/connectors/test/sql/postgres-server.ts";
import {
  type AnyFunction,
  createIds,
  type Host,
  openApp,
  outlineTrigger,
} from "../../packages/core/src/adapter.ts";
import { Consumer } from "../../packages/platforms/src/shared/process/consumer.ts";
import { findPostgres } from "../../tools/not-proved.ts";
import { type Finding, findingsTable, type Goal, printFindings, publish, readOptions } from "../report.ts";
import { type Contender, measureRounds, ratioOf, rowsOf } from "../rounds.ts";

const total = 100_000;
/** One by one takes so long that fewer have to do. */
const fewer = 2000;
const atOnce = 1000;
/** Batches whose commits overlap; the window of the subscription holds five. */
const inFlightAtOnce = 3;
/** Of the 200 batches of the whole app, those after which its heap is looked at. */
const [early, late] = [40, 195];
const clock = { now: () => Date.UTC(2026, 0, 1, 0, 30) };
const counting = "counts only";
const committing = "a commit for each 1,000";
const slow = "a row and a commit for each message";

/** Milliseconds per 1,000 messages, from the subscription to the last acknowledgement; and what memory grew by. */
export async function run(args: readonly string[]): Promise<void> {
  const options = readOptions(args, 5);
  const folder = findPostgres();
  if (folder === undefined)
    throw new Error("Cannot run ingest: no PostgreSQL was found. Name its folder in FAASADE_POSTGRES.");
  const server = await startPostgres(folder);
  const database = await openPg(await server.newDatabase());
  const growth: number[] = [];
  try {
    await database.execute("create table plain (device text, sequence bigint, at bigint, value float8)");
    const commit = (readings: readonly Reading[]) => copy(database, readings);
    const contenders: Contender[] = [
      { name: counting, measure: () => taking(total, async () => {}) },
      { name: committing, measure: () => taking(total, commit) },
      { name: "the whole of iot-ingest", measure: () => ingesting(database, growth) },
      { name: slow, measure: () => taking(fewer, (readings) => insertEach(database, readings)) },
    ];
    const costs = await measureRounds(contenders, options.rounds);
    const goals: Readonly<Record<string, Goal>> = {
      [committing]: { of: "speed", ...ratioOf(costs, counting, committing), atLeast: 0.9 },
      [slow]: {
        of: "speed of a commit for 1,000 beside it",
        ...ratioOf(costs, slow, committing),
        atLeast: 10,
      },
    };
    const findings = rowsOf(costs, counting).map((row): Finding => {
      const goal = goals[row.name];
      return goal === undefined ? row : { ...row, goal };
    });
    const unit = "ms per 1,000";
    if (options.json) printFindings(findings, unit);
    const most = Math.max(...growth.map((bytes) => bytes / 2 ** 20)).toFixed(0);
    const title = `${total.toLocaleString("en")} messages of 200 bytes with two readings each, ${options.rounds} rounds, one consumer. The heap of the process with the whole app grew by at most ${most} MiB from the 40th to the 195th of its 200 batches.`;
    await publish("ingest", [{ title, table: findingsTable(findings, unit) }], options);
  } finally {
    await database.close();
    await server.stop();
  }
}

interface Source {
  readonly url: string;
  readonly done: Promise<unknown>;
  stop(): void;
}

async function startSource(count: number): Promise<Source> {
  const child = fork(join(import.meta.dirname, "source.ts"), [String(count)]);
  const [{ port }] = (await once(child, "message")) as [{ port: number }];
  const url = `mqtt://127.0.0.1:${port}/devices/+/readings?window=5000`;
  return { url, done: once(child, "message"), stop: () => void child.kill("SIGKILL") };
}

function subscribe(url: string): TopicSubscription {
  const driver = openMqtt(url, { name: "readings", clock, configuration: () => undefined });
  if (driver.subscribe === undefined) throw new Error("there is nothing to subscribe to");
  return driver.subscribe("bench/ingest");
}

/** Takes them in batches; each is acknowledged when its work is done, while others are at work. */
async function taking(count: number, work: (readings: readonly Reading[]) => Promise<void>): Promise<number> {
  const source = await startSource(count);
  const subscription = subscribe(source.url);
  try {
    const begun = performance.now();
    const inFlight = new Set<Promise<unknown>>();
    for (let taken = 0; taken < count; ) {
      if (inFlight.size >= inFlightAtOnce) await Promise.race(inFlight);
      const messages = await subscription.receive({ max: atOnce, visibilitySeconds: 60, waitSeconds: 1 });
      taken += messages.length;
      const done = work(messages.map(readingOf))
        .then(() => subscription.acknowledge(messages.map(({ receipt }) => receipt)))
        .finally(() => inFlight.delete(done));
      inFlight.add(done);
    }
    await Promise.all(inFlight);
    await source.done;
    return ((performance.now() - begun) / count) * 1000;
  } finally {
    await subscription.close();
    source.stop();
  }
}

interface Reading {
  readonly device: string;
  readonly sequence: number;
  readonly at: number;
  readonly value: number;
}

function readingOf({ body, subject = "" }: TopicMessage): Reading {
  const { sequence, at, values } = JSON.parse(Buffer.from(body).toString()) as Omit<
    Reading,
    "device" | "value"
  > & {
    values: { temperature: { value: number } };
  };
  return { device: subject, sequence, at, value: values.temperature.value };
}

async function copy(database: SqlDriver, readings: readonly Reading[]): Promise<void> {
  const rows = readings.map(({ device, sequence, at, value }) => [device, sequence, at, value]);
  if (rows.length === 0) return;
  await database.transaction((session) => session.copyIn("plain", encodeRows(rows, 4)));
}

async function insertEach(database: SqlDriver, readings: readonly Reading[]): Promise<void> {
  for (const { device, sequence, at, value } of readings)
    await database.transaction((session) =>
      session.query("insert into plain values ($1, $2, $3, $4)", [device, sequence, at, value]),
    );
}

/** The function as a pod runs it: events, schema, roll-ups, rules and all. */
async function ingesting(database: SqlDriver, growth: number[]): Promise<number> {
  await database.execute(
    "drop table if exists faasade_migrations, devices, readings, rollups, quarantine, watches, incidents",
  );
  const source = await startSource(total);
  const definition = ingestReadings as unknown as AnyFunction;
  const heaps = new Map<number, number>();
  let batches = 0;
  const host: Host = {
    clock,
    random: Math.random,
    ids: createIds(clock, Math.random),
    log: () => {
      batches += 1;
      if (batches === early || batches === late) heaps.set(batches, heapBytes());
    },
    configuration: () => undefined,
    secrets: () => Promise.reject(new Error("there are no secrets")),
    http: { fetch: () => Promise.reject(new Error("nothing is fetched")) },
  };
  const entry = {
    name: definition.name,
    trigger: outlineTrigger(definition.trigger),
    load: async () => ({ default: definition }),
  };
  const telemetry = {
    url: "x:",
    load: async () => ({ open: () => ({ ...bound(database), close: async () => {} }) }),
  };
  const app = openApp({ app: "iot-ingest", functions: [entry], drivers: { telemetry } }, host);
  const consumer = new Consumer({ app, definition, openQueue: async () => subscribe(source.url), host });
  try {
    const begun = performance.now();
    consumer.start();
    await source.done;
    growth.push((heaps.get(late) ?? Number.NaN) - (heaps.get(early) ?? Number.NaN));
    return ((performance.now() - begun) / total) * 1000;
  } finally {
    await consumer.stop();
    await app.close();
    source.stop();
  }
}

/** What is still in use. */
function heapBytes(): number {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
  return process.memoryUsage().heapUsed;
}

function bound(database: SqlDriver): SqlDriver {
  return {
    transaction: (...all) => database.transaction(...all),
    execute: (...all) => database.execute(...all),
    close: () => database.close(),
  };
}
