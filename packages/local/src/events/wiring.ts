// Connects what an app declares to the world: its stores are watched, its queues drained, its schedules kept.
import { decodeMessage, type QueueDriver, type ReceivedMessage } from "@faasade/connectors/queue";
import type { CloudEvent } from "@faasade/core";
import type { FunctionDescription } from "@faasade/core/adapter";
import { decodeStructured } from "@faasade/core/cloudevents";
import type { ReadyApp } from "../app/process.ts";
import type { AppSupervisor } from "../app/supervisor.ts";
import { ensureSecret } from "../home.ts";
import type { World } from "../world.ts";
import { Dispatcher } from "./dispatcher.ts";
import type { Subscriber } from "./intake.ts";
import { type ObjectSubscriber, watchStore } from "./objects.ts";
import { pollStore } from "./poll-store.ts";
import type { Job } from "./scheduler.ts";
import {
  keepSubscriptions,
  keptSubscriptions,
  qualify,
  refuseLoops,
  type Subscriptions,
  subscriptionsOf,
} from "./subscriptions.ts";

export interface TopicSubscriber extends Subscriber {
  /** Qualified. */
  readonly topic: string;
  readonly format: "cloudevents" | "raw";
}

export class AppWiring {
  readonly #world: World;
  readonly #supervisor: AppSupervisor;
  readonly #dispatchers = new Map<string, Dispatcher>();
  /** Of functions that changed or went; they settle what they have in flight. */
  readonly #leaving = new Set<Dispatcher>();
  readonly #watched: Promise<void>[] = [];
  readonly #stop = new AbortController();
  #subscribers: ObjectSubscriber[] = [];
  #topicSubscribers: TopicSubscriber[] = [];
  /** Qualified names of those it sends to or subscribes to. */
  #topics: ReadonlySet<string> = new Set();

  constructor(world: World, supervisor: AppSupervisor) {
    this.#world = world;
    this.#supervisor = supervisor;
  }

  get objectSubscribers(): readonly ObjectSubscriber[] {
    return this.#subscribers;
  }

  get topicSubscribers(): readonly TopicSubscriber[] {
    return this.#topicSubscribers;
  }

  get topics(): ReadonlySet<string> {
    return this.#topics;
  }

  /**
   * Prepares for what a new process of the app declares, while the former one still answers.
   * @returns what brings the wiring to it, once that process answers; what did not change goes on undisturbed.
   * @throws {Error} for what cannot be wired, such as a schedule that cannot be read; nothing has changed then.
   */
  async prepare({ functions, resources }: ReadyApp): Promise<() => void> {
    const app = this.#supervisor.source.name;
    refuseLoops(app, { functions });
    const { home, databases, engines, queues, scheduler, stores } = this.#world;
    const keepSchedules = await scheduler.plan(
      app,
      functions.flatMap((one) => this.#jobOf(one)),
    );
    const secrets = functions.flatMap(({ grants }) => grants.filter(({ kind }) => kind === "secret"));
    for (const { name } of secrets) if (process.env[name] === undefined) await ensureSecret(home, app, name);
    const watched = resources
      .filter(({ kind }) => kind === "object-store")
      .map(({ name }) => qualify(app, name).split("/") as [string, string]);
    for (const [owner, store] of watched) await stores.open(owner, store);
    const opened = new Map<string, QueueDriver>();
    for (const { name } of resources.filter(({ kind }) => kind === "queue"))
      opened.set(qualify(app, name), await queues.open(qualify(app, name)));
    if (engines.sql !== undefined)
      for (const { name } of resources.filter(({ kind }) => kind === "sql"))
        await databases.get(qualify(app, name));
    const subscriptions = subscriptionsOf(app, { functions, resources });
    await keepSubscriptions(this.#world.sql, app, subscriptions);
    const wanted = new Map(functions.filter(isDelivered).map((one) => [JSON.stringify(one), one]));
    await this.#stopAllBut(wanted);
    return () => {
      this.#subscribe(subscriptions);
      this.#start(wanted, opened);
      for (const [owner, store] of watched) this.#watch(owner, store);
      keepSchedules();
    };
  }

  /** Takes events for what the app subscribed to when it was last ready; they wait until it is again. */
  async recall(): Promise<void> {
    const kept = await keptSubscriptions(this.#world.sql, this.#supervisor.source.name);
    if (kept !== undefined) this.#subscribe(kept);
  }

  /** Keeps no schedules until the next `prepare`, which makes up for what was missed as each function's `misfire` says. */
  async suspend(): Promise<void> {
    (await this.#world.scheduler.plan(this.#supervisor.source.name, []))();
  }

  /** Takes nothing more from queues and stores. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await Promise.all([...this.#dispatchers.values()].map((dispatcher) => dispatcher.stop()));
    await Promise.all(this.#watched);
  }

  /** Resolves when what was in flight is settled. */
  async settled(): Promise<void> {
    await Promise.all([...this.#dispatchers.values(), ...this.#leaving].map((one) => one.settled()));
  }

  #subscribe({ objects, topics, declaredTopics }: Subscriptions): void {
    this.#subscribers = objects.map((one) => ({ ...one, ...this.#subscriber(one.functionName) }));
    this.#topicSubscribers = topics.map((one) => ({ ...one, ...this.#subscriber(one.functionName) }));
    this.#topics = new Set(declaredTopics);
  }

  #subscriber(functionName: string): Subscriber {
    const { queues } = this.#world;
    const app = this.#supervisor.source.name;
    return { app, functionName, queue: queues.get(queues.deliveriesOf(`${app}/${functionName}`)) };
  }

  #jobOf({ name, trigger }: FunctionDescription): Job[] {
    if (trigger.kind !== "schedule") return [];
    const { cron, timeZone, misfire } = trigger;
    return [{ ...this.#subscriber(name), cron, timeZone, misfire }];
  }

  /** A function that changed or went is delivered nothing more; what is in flight is finished by its process. */
  async #stopAllBut(wanted: ReadonlyMap<string, FunctionDescription>): Promise<void> {
    for (const [key, dispatcher] of this.#dispatchers) {
      if (wanted.has(key)) continue;
      this.#dispatchers.delete(key);
      this.#leaving.add(dispatcher);
      await dispatcher.stop();
      void dispatcher.settled().then(() => this.#leaving.delete(dispatcher));
    }
  }

  /** One dispatcher per function that is started by events; a changed function gets a new one. */
  #start(wanted: ReadonlyMap<string, FunctionDescription>, opened: ReadonlyMap<string, QueueDriver>): void {
    for (const [key, description] of wanted) {
      if (this.#dispatchers.has(key)) continue;
      const dispatcher = this.#dispatcherFor(description, opened);
      this.#dispatchers.set(key, dispatcher);
      dispatcher.start();
    }
  }

  #dispatcherFor(description: FunctionDescription, opened: ReadonlyMap<string, QueueDriver>): Dispatcher {
    const { queues, journal, causes, chaos } = this.#world;
    const app = this.#supervisor.source.name;
    const { trigger } = description;
    const isQueue = trigger.kind === "message" && trigger.sourceKind === "queue";
    const name = isQueue ? qualify(app, trigger.source) : queues.deliveriesOf(`${app}/${description.name}`);
    const decode = (message: ReceivedMessage): CloudEvent =>
      isQueue
        ? decodeMessage(message, { name: trigger.source, format: trigger.format })
        : decodeStructured(message.body);
    return new Dispatcher({
      app,
      description,
      queue: opened.get(name) ?? queues.get(name),
      visibilitySeconds: queues.visibilitySeconds(name, description.timeoutSeconds),
      recover: () => queues.recover(name),
      supervisor: this.#supervisor,
      journal,
      causes,
      chaos,
      decode,
    });
  }

  /**
   * A store is watched once, by whichever app named it first, for the subscribers of all: so not before each app had
   * its chance to say to what it subscribes.
   */
  #watch(owner: string, store: string): void {
    const name = `${owner}/${store}`;
    if (!this.#world.wirings.claimStore(name)) return;
    this.#watched.push(this.#world.allTried.then(() => this.#watchUntilStop(owner, store)));
  }

  #watchUntilStop(owner: string, store: string): Promise<void> {
    const { intake, sql, stores, logs } = this.#world;
    const name = `${owner}/${store}`;
    const watching = {
      app: owner,
      store,
      intake,
      subscribers: () => this.#world.wirings.subscribersOf(name),
      signal: this.#stop.signal,
      onChange: () => {
        stores.changed(owner, store);
        this.#world.changed();
      },
      onError: ({ message }: Error) =>
        logs.output(owner, `Cannot take a change of ${name} yet: ${message}`, this.#world.clock.now()),
    };
    const place = stores.placeOf(owner, store);
    return place === ""
      ? watchStore({ ...watching, folder: stores.folder(owner, store) })
      : pollStore({ ...watching, place, sql, driver: () => stores.driver(owner, store) });
  }
}

function isDelivered({ trigger }: FunctionDescription): boolean {
  return trigger.kind !== "http" && trigger.kind !== "call";
}
