// The app as a platform drives it, on a real database in memory that can be made to fail at any point.
import type { SqlDriver, SqlSession } from "@faasade/connectors/sql";
import { open } from "@faasade/connectors/sql/pglite";
import type { TopicDriver } from "@faasade/connectors/topic";
import type { CloudEvent } from "@faasade/core";
import {
  type AnyFunction,
  type App,
  createIds,
  type Host,
  openApp,
  outlineTrigger,
} from "@faasade/core/adapter";
import { decodeStructured } from "@faasade/core/cloudevents";
import ingestReadings from "../src/functions/ingest-readings.ts";
import postReadings from "../src/functions/post-readings.ts";
import prune from "../src/functions/prune.ts";
import registerDevice from "../src/functions/register-device.ts";
import replayQuarantine from "../src/functions/replay-quarantine.ts";
import showFleet from "../src/functions/show-fleet.ts";
import simulateFleet from "../src/functions/simulate-fleet.ts";
import watchFleet from "../src/functions/watch-fleet.ts";
import type { Alert } from "../src/resources/alerts.ts";

const functions = [
  ingestReadings,
  postReadings,
  prune,
  registerDevice,
  replayQuarantine,
  showFleet,
  simulateFleet,
  watchFleet,
] as unknown as AnyFunction[];

export const start = Date.UTC(2026, 2, 29, 12);

export interface Sent {
  readonly device?: string;
  readonly payload: unknown;
  readonly id: string;
  /** Epoch milliseconds; unless given, now. */
  readonly receivedAt?: number;
}

export interface Asked {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  readonly operator?: boolean;
}

export class World {
  readonly app: App;
  readonly database: SqlDriver;
  /** What was sent on `readings`, by the key. */
  readonly published: { key: string | undefined; body: Uint8Array }[] = [];
  /** What was told on `alerts`; a topic takes what has one id for one. */
  readonly alerts = new Map<string, Alert>();
  now = start;
  /** Called before each statement, and after each commit; it may throw, as a process that dies. */
  step: () => void = () => {};

  private constructor(database: SqlDriver, settings: Readonly<Record<string, string>>) {
    this.database = database;
    const clock = { now: () => this.now };
    const host: Host = {
      clock,
      random: () => 0.5,
      ids: createIds(clock, () => 0.5),
      log: () => {},
      configuration: (name) => settings[name],
      secrets: async () => "the key of all readings",
      http: { fetch: () => Promise.reject(new Error("nothing is fetched")) },
    };
    const readings: TopicDriver = {
      publish: async (messages) =>
        void this.published.push(...messages.map(({ key, body }) => ({ key, body }))),
      close: async () => {},
    };
    const alerts: TopicDriver = {
      publish: async (messages) => {
        this.step();
        for (const { id, body } of messages) this.alerts.set(id, decodeStructured(body).data as Alert);
        this.step();
      },
      close: async () => {},
    };
    this.app = openApp(
      {
        app: "iot-ingest",
        functions: functions.map((fn) => ({
          name: fn.name,
          trigger: outlineTrigger(fn.trigger),
          load: async () => ({ default: fn }),
        })),
        drivers: {
          telemetry: { url: "x:", load: async () => ({ open: () => this.#breaking() }) },
          readings: { url: "x:", load: async () => ({ open: () => readings }) },
          alerts: { url: "x:", load: async () => ({ open: () => alerts }) },
        },
      },
      host,
    );
  }

  static async open(settings: Readonly<Record<string, string>> = {}): Promise<World> {
    return new World(await open("pglite:"), settings);
  }

  /** @returns ids and reasons of what failed. */
  async deliver(sent: readonly Sent[]): Promise<readonly { id: string; message: string }[]> {
    const events = sent.map(
      ({ device, payload, id, receivedAt = this.now }): CloudEvent => ({
        specversion: "1.0",
        id,
        source: "/readings",
        type: "dev.faasade.message",
        time: new Date(receivedAt).toISOString(),
        ...(device === undefined ? {} : { subject: device }),
        data: payload,
        extensions: {},
      }),
    );
    const outcome = await this.app.events("ingest-readings", { events });
    if (!outcome.ok) return events.map(({ id }) => ({ id, message: outcome.error.message }));
    return outcome.reply.failed.map(({ id, error }) => ({ id, message: error.message }));
  }

  async request(
    method: string,
    target: string,
    { headers = {}, body, operator = false }: Asked = {},
    // biome-ignore lint/suspicious/noExplicitAny: a test reads what it expects
  ): Promise<{ status: number; headers: Readonly<Record<string, unknown>>; json: any; text: string }> {
    const reply = await this.app.http({
      method,
      target,
      headers,
      ...(body === undefined ? {} : { body: Buffer.from(body) }),
      ...(operator ? { principal: { kind: "platform" as const, subject: "operator" } } : {}),
    });
    const text = Buffer.from((reply.body ?? "") as string).toString();
    const isJson = /json/.test(String(reply.headers["content-type"]));
    return {
      status: reply.status,
      headers: reply.headers,
      text,
      json: isJson ? JSON.parse(text) : undefined,
    };
  }

  /** As the schedule starts it. @throws what it failed with. */
  async run(name: "watch-fleet" | "prune" | "simulate-fleet"): Promise<void> {
    const due = new Date(this.now).toISOString();
    const outcome = await this.app.events(name, {
      events: [
        {
          specversion: "1.0",
          id: `${name}@${due}`,
          source: `/iot-ingest/${name}`,
          type: "dev.faasade.schedule.due",
          data: { job: `iot-ingest/${name}`, due },
          extensions: {},
        },
      ],
    });
    if (!outcome.ok) throw outcome.error;
    for (const { error } of outcome.reply.failed) throw error;
  }

  async rows<Row>(text: string): Promise<Row[]> {
    return [...(await this.database.transaction((session) => session.query<Row>(text))).rows];
  }

  async clear(): Promise<void> {
    this.step = () => {};
    this.now = start;
    this.published.length = 0;
    this.alerts.clear();
    // The first use makes the tables.
    await this.deliver([]);
    await this.run("watch-fleet");
    await this.database.execute("truncate devices, readings, rollups, quarantine, watches, incidents");
  }

  #breaking(): SqlDriver {
    const world = this;
    const breaking = (session: SqlSession): SqlSession => ({
      query: (...all) => {
        world.step();
        return session.query(...all);
      },
      stream: (...all) => session.stream(...all),
      copyIn: (...all) => session.copyIn(...all),
      execute: (...all) => session.execute(...all),
    });
    return {
      async transaction(work, options) {
        const result = await world.database.transaction((session) => work(breaking(session)), options);
        world.step();
        return result;
      },
      execute: (script) => world.database.execute(script),
      close: async () => {},
    } as SqlDriver;
  }
}
