// The local world: owns the data, starts the apps, routes what happens; one per data folder.
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import type { SqlDriver } from "@faasade/connectors/sql";
import { discoverApps } from "./app/discover.ts";
import { superviseApp } from "./app/supervise.ts";
import type { AppSupervisor } from "./app/supervisor.ts";
import { WorldClock } from "./clock.ts";
import { operatorAmbient } from "./data/ambient.ts";
import { Causes } from "./data/causes.ts";
import { Counts } from "./data/counts.ts";
import { Databases } from "./data/database.ts";
import { FullDisk } from "./data/full-disk.ts";
import { Journal } from "./data/journal.ts";
import { Logs } from "./data/logs.ts";
import { Queues } from "./data/queues.ts";
import { seedStores } from "./data/seed.ts";
import { readState, writeState } from "./data/state.ts";
import { Stores } from "./data/stores.ts";
import { type DoorsOptions, openDoors } from "./doors.ts";
import type { Engines } from "./engines/engines.ts";
import { reachEngines } from "./engines/reach.ts";
import { ChaosSwitch } from "./events/chaos.ts";
import { Intake } from "./events/intake.ts";
import { Scheduler } from "./events/scheduler.ts";
import { Topics } from "./events/topics.ts";
import { Wirings } from "./events/wirings.ts";
import { type Home, prepareData, removeHostRecord, writeHostRecord } from "./home.ts";
import { type MailOrigin, Mails } from "./mail/mails.ts";

export interface WorldOptions extends DoorsOptions {
  readonly home: Home;
  /** Only these apps; all when empty. */
  readonly only?: readonly string[];
  /** Epoch milliseconds to move the clock ahead to before any app starts. Default: it is where it was left. */
  readonly at?: number;
  /** What is on real engines instead of this machine. */
  readonly engines?: Engines;
}

export class World {
  readonly home: Home;
  readonly engines: Engines;
  readonly clock: WorldClock;
  readonly databases: Databases;
  /** The world's own database. */
  readonly sql: SqlDriver;
  readonly journal: Journal;
  readonly logs: Logs;
  readonly queues: Queues;
  readonly stores: Stores;
  readonly mails: Mails;
  readonly disk: FullDisk;
  readonly causes = new Causes();
  readonly counts = new Counts();
  readonly chaos = new ChaosSwitch();
  readonly intake: Intake;
  readonly scheduler: Scheduler;
  readonly apps = new Map<string, AppSupervisor>();
  readonly wirings = new Wirings(this);
  readonly topics: Topics;
  readonly token = randomBytes(24).toString("base64url");
  /** What apps' processes prove themselves with to the host. */
  readonly pipeToken: string;
  pageUrl = "";
  gatewayOrigin = "";
  mailPort = 0;
  brokerPort = 0;
  readonly #listeners = new Set<() => void>();
  #closeDoors = async (): Promise<void> => {};
  readonly #allTried = Promise.withResolvers<void>();
  readonly #stopped = Promise.withResolvers<void>();
  #stopping: Promise<void> | undefined;

  private constructor(
    home: Home,
    engines: Engines,
    parts: { clock: WorldClock; databases: Databases; sql: SqlDriver; journal: Journal; pipeToken: string },
  ) {
    this.home = home;
    this.engines = engines;
    this.clock = parts.clock;
    this.databases = parts.databases;
    this.journal = parts.journal;
    this.sql = parts.sql;
    this.pipeToken = parts.pipeToken;
    this.logs = new Logs(join(home.data, "logs"));
    this.disk = new FullDisk(home.data, () => this.changed());
    this.logs.onLine((line) => this.disk.hear(line));
    this.queues = new Queues(parts.sql, this.clock, engines);
    this.mails = new Mails(join(home.data, "mails"));
    this.stores = new Stores(home, operatorAmbient(this.clock), engines);
    this.intake = new Intake(parts.sql, this.journal, this.causes, () => this.clock.now());
    this.topics = new Topics({
      intake: this.intake,
      find: (qualified) => this.wirings.topic(qualified),
      ready: this.allTried,
      now: () => this.clock.now(),
    });
    // Before the scheduler hears of it, so that no function runs at a time its process does not know yet.
    this.clock.onMove((ahead) => {
      for (const app of this.apps.values()) app.moveClock(ahead);
    });
    const onError = (message: string): void =>
      this.logs.output("faasade", message, this.clock.now(), "error");
    const onMissed = (app: string, functionName: string, missed: number): void => {
      const title = `${app}/${functionName} left out ${missed} due times`;
      this.journal.note({ kind: "app", id: "missed", app, function: functionName, title });
    };
    const { clock, intake } = this;
    this.scheduler = new Scheduler({ sql: parts.sql, intake, clock, onError, onMissed });
  }

  /**
   * Starts the world on its data and every app in it; resolves when each app answers or has said why it cannot.
   * @throws {Error} when another world runs on this data, a port is taken, a named app does not exist or an engine is
   * not reached.
   */
  static async start(options: WorldOptions): Promise<World> {
    const { home, engines = {}, onProgress = () => {} } = options;
    const sources = await discoverApps(home.apps, options.only);
    await reachEngines(engines);
    await prepareData(home);
    onProgress("opening the data");
    const world = await World.#onData(home, engines);
    try {
      if (options.at !== undefined) await world.#startAt(options.at);
      await world.intake.forgetOld();
      await world.queues.openKept();
      const doors = await openDoors(world, options);
      world.#closeDoors = doors.close;
      world.pageUrl = doors.pageUrl;
      world.gatewayOrigin = doors.gatewayOrigin;
      world.mailPort = doors.mailPort;
      world.brokerPort = doors.brokerPort;
      onProgress(`starting ${sources.map(({ name }) => name).join(", ") || "no app"}`);
      await Promise.all(
        sources.map(async (source) => {
          const supervisor = superviseApp(world, source, {
            onReady: (ready) => world.wirings.of(source.name).prepare(ready),
            onGone: () => world.wirings.of(source.name).suspend(),
            onSlow: onProgress,
          });
          world.apps.set(source.name, supervisor);
          await world.wirings.of(source.name).recall();
          await supervisor.replace();
          await seedStores(world, world.sql, source).catch((error: Error) =>
            world.logs.output(
              source.name,
              `Cannot seed its stores: ${error.message}`,
              world.clock.now(),
              "error",
            ),
          );
        }),
      );
      world.#allTried.resolve();
      const { token, gatewayOrigin: gateway } = world;
      const page = new URL(world.pageUrl).origin;
      await writeHostRecord(home, { pid: process.pid, page, gateway, token });
      return world;
    } catch (error) {
      await world.stop();
      throw error;
    }
  }

  static async #onData(home: Home, engines: Engines): Promise<World> {
    const clock = new WorldClock();
    const pipeToken = randomBytes(24).toString("base64url");
    let world: World | undefined;
    const databases = new Databases(home, engines, pipeToken, (message) =>
      world?.logs.output("faasade", message, clock.now(), "error"),
    );
    try {
      const sql = await databases.get("world");
      clock.moveTo((await readState<number>(sql, "ahead")) ?? 0);
      const journal = await Journal.open(sql, clock);
      world = new World(home, engines, { clock, databases, sql, journal, pipeToken });
      await world.logs.open();
      await world.mails.open();
      return world;
    } catch (error) {
      await databases.close();
      throw error;
    }
  }

  /** @throws {FunctionError} `invalid` for a time that the data has seen already. */
  #startAt(at: number): Promise<void> {
    return this.moveClock(this.clock.aheadAfter(at - this.clock.now()));
  }

  /** Kept before it is moved: a clock that was not kept would run backwards at the next start. */
  async moveClock(aheadMilliseconds: number): Promise<void> {
    const before = this.clock.now();
    await writeState(this.sql, "ahead", Math.round(aheadMilliseconds));
    this.clock.moveTo(aheadMilliseconds);
    if (this.clock.now() < before) await this.queues.movedBack(before, this.clock.now());
  }

  get isReady(): boolean {
    return this.#stopping === undefined && [...this.apps.values()].every(({ state }) => state === "ready");
  }

  /** Stops taking work, lets what is in flight finish for a few seconds, closes the data. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  /** Resolves when every app was started, or has said why it cannot be. */
  get allTried(): Promise<void> {
    return this.#allTried.promise;
  }

  /** Resolves when the world has stopped, whoever asked for it. */
  stopped(): Promise<void> {
    return this.#stopped.promise;
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Resolves when a mail is kept. */
  async takeMail(origin: MailOrigin, bytes: Uint8Array): Promise<void> {
    const { id, to, subject } = await this.mails.keep(origin, bytes);
    const title = `mail to ${to.join(", ")}`;
    this.journal.note({ kind: "event", id: `mail-${id}`, app: origin.app, title, detail: subject });
    this.changed();
  }

  changed(): void {
    for (const listener of this.#listeners) listener();
  }

  async #stop(): Promise<void> {
    const { home, wirings, scheduler, journal, queues, stores, logs, databases, token } = this;
    this.#allTried.resolve();
    const steps: readonly (() => Promise<unknown> | unknown)[] = [
      () =>
        Promise.all([wirings.stop(), scheduler.stop(), ...[...this.apps.values()].map((app) => app.stop())]),
      // Again: an app that was just starting may have been wired meanwhile.
      () => wirings.stop(),
      () => wirings.settled(),
      () => this.#closeDoors(),
      () => journal.flush(),
      () => stores.close(),
      () => queues.close(),
      () => logs.close(),
      () => databases.close(),
      // Last, because whoever stops this world waits for it.
      () => removeHostRecord(home, token),
    ];
    for (const step of steps) {
      try {
        await step();
      } catch (error) {
        logs.output("faasade", `Cannot stop cleanly: ${(error as Error).message}`, this.clock.now(), "error");
      }
    }
    this.#stopped.resolve();
  }
}
