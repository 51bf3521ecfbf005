// The app as a platform drives it: ticks, messages in any order and as often as wanted, processes that die in between.
import type { MailDriver, OutgoingMail } from "@faasade/connectors/mail";
import { type ObjectReader, type ObjectStoreDriver, objectStore } from "@faasade/connectors/object-store";
import type { Ambient, FunctionError } from "@faasade/core";
import {
  type App,
  createIds,
  type FunctionEntry,
  type Host,
  type LogRecord,
  openApp,
} from "@faasade/core/adapter";
import importCrontab from "../src/functions/import-crontab.ts";
import runJob from "../src/functions/run-job.ts";
import scheduleOnce from "../src/functions/schedule-once.ts";
import showAlive from "../src/functions/show-alive.ts";
import showHealth from "../src/functions/show-health.ts";
import showRuns from "../src/functions/show-runs.ts";
import steerJob from "../src/functions/steer-job.ts";
import tick from "../src/functions/tick.ts";
import { iso, type Run } from "../src/job.ts";
import { LedgerReader } from "../src/ledger-reader.ts";
import type { JobState } from "../src/state.ts";
import { memoryStore } from "./memory-store.ts";
import { inProcess, type Message, type Process, step, watched } from "./process.ts";

const functions = [importCrontab, runJob, scheduleOnce, showAlive, showHealth, showRuns, steerJob, tick];
const storeNames = ["crontabs", "runs", "archive"] as const;
type StoreName = (typeof storeNames)[number];

export class World {
  now: number;
  readonly stores: Readonly<Record<StoreName, ObjectStoreDriver>>;
  /** What waits: two with the same id are one. */
  readonly queue: Message[] = [];
  readonly mails: OutgoingMail[] = [];
  readonly log: LogRecord[] = [];
  /** `job@due` of each time that a job reached the world outside. */
  readonly effects: string[] = [];
  /** What a probe meets. */
  answer: (url: string) => Promise<number> = async () => 200;
  mailFailure: FunctionError | undefined;
  /** How many runs of one job were ever at work at the same time. */
  together = 0;
  readonly app: App;

  constructor(
    crontab: string,
    now: number | string,
    stores?: Readonly<Record<StoreName, ObjectStoreDriver>>,
  ) {
    this.now = typeof now === "number" ? now : Date.parse(now);
    const clock = { now: () => this.now };
    const memory = (): ObjectStoreDriver => memoryStore(clock);
    this.stores = stores ?? { crontabs: memory(), runs: memory(), archive: memory() };
    void this.stores.crontabs.put("crontab", Buffer.from(crontab), {});
    const entries = functions.map((fn) => ({
      name: fn.name,
      trigger: fn.trigger,
      load: async () => ({ default: fn }),
    }));
    const driver = (open: () => unknown) => ({ url: "test:", load: async () => ({ open }) });
    const stored = storeNames.map((name) => [name, driver(() => watched(name, this.stores[name]))] as const);
    const drivers = {
      ...Object.fromEntries(stored),
      "due-runs": driver(() => ({ send: (sent: { id: string; body: Uint8Array }[]) => this.#send(sent) })),
      notices: driver(() => this.#mail()),
    };
    const composition = {
      app: "cron-replacement",
      functions: entries as unknown as FunctionEntry[],
      drivers,
    };
    this.app = openApp(composition, this.#host());
  }

  /** Does something as one process. */
  inProcess<Result>(
    work: () => Promise<Result>,
    { step = () => {}, clockOffset = 0, message }: Partial<Omit<Process, "isDead">> = {},
  ): Promise<Result> {
    const process: Process = {
      isDead: false,
      clockOffset,
      step,
      ...(message === undefined ? {} : { message }),
    };
    return inProcess.run(process, work);
  }

  /** @returns why it failed, if it did. */
  async tick(options: Partial<Omit<Process, "isDead">> = {}): Promise<FunctionError | undefined> {
    const due = iso(this.now);
    const event = this.#event("tick", due, "dev.faasade.schedule.due", { job: "cron-replacement/tick", due });
    const outcome = await this.inProcess(() => this.app.events("tick", { events: [event] }), options);
    return outcome.ok ? outcome.reply.failed[0]?.error : outcome.error;
  }

  /** Delivers a message; it is gone when its function succeeded. */
  async deliver(
    message = this.queue[0],
    options: Partial<Omit<Process, "isDead">> = {},
  ): Promise<FunctionError | undefined> {
    if (message === undefined) return undefined;
    const { id, job, due } = message;
    const event = this.#event(id, iso(this.now), "dev.faasade.message", { job, due });
    const delivery = { events: [event] };
    const outcome = await this.inProcess(() => this.app.events("run-job", delivery), { ...options, message });
    const error = outcome.ok ? outcome.reply.failed[0]?.error : outcome.error;
    const index = this.queue.indexOf(message);
    if (error === undefined && index >= 0) this.queue.splice(index, 1);
    return error;
  }

  /** Minute after minute, everything that waits delivered at once. */
  async pass(minutes: number): Promise<void> {
    for (let minute = 0; minute < minutes; minute += 1) {
      this.now += 60_000;
      await this.tick();
      await this.drain();
    }
  }

  async drain(): Promise<void> {
    for (let left = 1000; this.queue.length > 0 && left > 0; left -= 1) await this.deliver();
  }

  async request(method: string, target: string, body?: string): Promise<{ status: number; text: string }> {
    return this.inProcess(() => this.steer(target, method, body));
  }

  /** As part of the process that asks. */
  async steer(target: string, method = "POST", body?: string): Promise<{ status: number; text: string }> {
    const headers = { "content-type": "application/json", host: "cron.example" };
    const reply = await this.app.http({
      method,
      target,
      headers,
      principal: { kind: "platform" },
      ...(body === undefined ? {} : { body: Buffer.from(body) }),
    });
    return { status: reply.status, text: String(reply.body ?? "") };
  }

  async rows(job: string): Promise<Run[]> {
    return Array.fromAsync(this.ledger.runs(job, iso(0)));
  }

  /** `due status`, in order; minutes are enough to tell them apart. */
  async outcomes(job: string): Promise<string[]> {
    return (await this.rows(job)).map(({ due, status }) => `${due.slice(0, 16)} ${status}`);
  }

  async state(job: string): Promise<JobState | undefined> {
    return (await this.ledger.state(job))?.value;
  }

  get ledger(): LedgerReader {
    return new LedgerReader(this.#reader("runs"));
  }

  /** The jobs, as `read` finds them in the store. */
  jobs<Jobs>(read: (crontabs: ObjectReader) => Jobs): Jobs {
    return read(this.#reader("crontabs"));
  }

  #reader(name: StoreName): ObjectReader {
    const ambient = { signal: new AbortController().signal, deadline: Number.POSITIVE_INFINITY };
    return objectStore(name).connect(
      this.stores[name],
      "read",
      ambient as unknown as Ambient,
    ) as ObjectReader;
  }

  #host(): Host {
    const clock = { now: () => this.now + (inProcess.getStore()?.clockOffset ?? 0) };
    return {
      clock,
      random: () => 0.5,
      ids: createIds(clock, Math.random),
      log: (record) => this.log.push(record),
      configuration: (name) => (name === "PUBLIC_URL" ? "https://cron.example" : undefined),
      secrets: (name) => Promise.reject(new Error(`There is no secret ${name}.`)),
      http: {
        fetch: async (url) => {
          await step(`http ${url}`);
          const { job, due } = inProcess.getStore()?.message ?? { job: "", due: 0 };
          this.effects.push(`${job}@${iso(due)}`);
          const status = await this.answer(String(url));
          await step(`answered ${url}`);
          const ok = status >= 200 && status < 300;
          const headers = { get: () => null };
          return {
            status,
            ok,
            url: String(url),
            headers,
            bytes: () => new Uint8Array(),
            text: () => "",
            json: () => null,
          };
        },
      },
    };
  }

  async #send(sent: readonly { id: string; body: Uint8Array }[]): Promise<void> {
    await step("send");
    for (const { id, body } of sent) {
      if (this.queue.some((waiting) => waiting.id === id)) continue;
      const { data } = JSON.parse(Buffer.from(body).toString()) as { data: { job: string; due: number } };
      this.queue.push({ id, ...data });
    }
    await step("has sent");
  }

  #mail(): MailDriver {
    return {
      send: async (mail) => {
        await step("mail");
        if (this.mailFailure !== undefined) throw this.mailFailure;
        this.mails.push(mail);
        return [];
      },
      close: async () => {},
    };
  }

  #event(id: string, time: string, type: string, data: unknown) {
    const datacontenttype = "application/json";
    return {
      specversion: "1.0" as const,
      id,
      source: "/test",
      type,
      time,
      datacontenttype,
      data,
      extensions: {},
    };
  }
}
