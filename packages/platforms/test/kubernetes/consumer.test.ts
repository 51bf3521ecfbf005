// One consumer on a queue in PGlite, which is everywhere; what several of them do together is proved on PostgreSQL.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sqlQueue } from "@faasade/connectors/queue/sql";
import { type ErrorCode, FunctionError, type MessageSource, messageReceived } from "@faasade/core";
import {
  type AnyFunction,
  createIds,
  createOutboundHttp,
  type Host,
  type LogRecord,
  openApp,
  parseAllowedPrivate,
} from "@faasade/core/adapter";
import { describe, expect, it, onTestFinished } from "vitest";
import { openNewDatabase } from "../../../../tools/new-database.ts";
import { Consumer } from "../../src/shared/process/consumer.ts";
import { until } from "./process.ts";

interface Job {
  readonly fail?: ErrorCode;
}

const anything = {
  "~standard": { version: 1, vendor: "test", validate: (value: unknown) => ({ value }) },
} as const;
const jobs = {
  kind: "queue",
  name: "jobs",
  schema: anything,
  format: "raw",
  connect: () => undefined,
} as unknown as MessageSource<Job>;

describe("a consumer", () => {
  it("acknowledges what was handled, tries again what may succeed, gives up the rest with its reason", async () => {
    const folder = await mkdtemp(join(tmpdir(), "faasade-consumer-"));
    const driver = await openNewDatabase(join(folder, "database"));
    onTestFinished(async () => {
      await driver.close();
      await rm(folder, { recursive: true });
    });
    const queue = sqlQueue(driver, { name: "jobs" });
    const seen: [id: string, attempt: number][] = [];
    const definition = {
      name: "work",
      trigger: messageReceived(jobs),
      maxAttempts: 2,
      handle({ id, data }: { id: string; data: Job }, { attempt }: { attempt: number }) {
        seen.push([id, attempt]);
        if (data.fail !== undefined) throw new FunctionError(data.fail, "as told", { retryAfterSeconds: 0 });
      },
    } as unknown as AnyFunction;
    const records: LogRecord[] = [];
    const clock = { now: Date.now };
    const host: Host = {
      clock,
      random: Math.random,
      ids: createIds(clock, Math.random),
      log: (record) => records.push(record),
      configuration: () => undefined,
      secrets: async () => "",
      http: createOutboundHttp({ allowPrivate: parseAllowedPrivate("") }),
    };
    const entry = { name: "work", trigger: definition.trigger, load: async () => ({ default: definition }) };
    const app = openApp({ app: "suite", functions: [entry as never], drivers: {} }, host);
    const send = (id: string, job: Job) => ({
      id,
      body: Buffer.from(JSON.stringify(job)),
      contentType: "application/json",
    });
    await queue.send([
      send("fine", {}),
      send("later", { fail: "unavailable" }),
      send("never", { fail: "invalid" }),
    ]);
    const consumer = new Consumer({ app, definition, openQueue: async () => queue, host });
    consumer.start();
    await until(() => records.filter(({ message }) => message.includes("is a dead letter")).length === 2);
    await consumer.stop();
    expect(seen.toSorted()).toEqual([
      ["fine", 1],
      ["later", 1],
      ["later", 2],
      ["never", 1],
    ]);
    const dead = await queue.deadLetters({ limit: 10 });
    expect(dead.map(({ id, reason }) => [id, reason])).toEqual([
      ["later", "unavailable: as told (gave up after 2 attempts)"],
      ["never", "invalid: as told"],
    ]);
    expect(await queue.depth()).toEqual({ ready: 0, delayed: 0, inFlight: 0, dead: 2 });
  }, 120_000);
});
