// Connects what an app declares to the world: its stores are watched, its queues drained, its schedules kept.
import { decodeMessage, type ReceivedMessage } from "@faasade/connectors/queue";
import type { CloudEvent } from "@faasade/core";
import type { FunctionDescription } from "@faasade/core/adapter";
import { decodeStructured } from "@faasade/core/cloudevents";
import type { ReadyApp } from "../app/process.ts";
import type { AppSupervisor } from "../app/supervisor.ts";
import { ensureSecret } from "../home.ts";
import type { World } from "../world.ts";
import { Dispatcher } from "./dispatcher.ts";
import { type ObjectSubscriber, watchStore } from "./objects.ts";
import type { Job } from "./scheduler.ts";

export class AppWiring {
  readonly #world: World;
  readonly #supervisor: AppSupervisor;
  readonly #dispatchers = new Map<string, Dispatcher>();
  readonly #watched = new Map<string, Promise<void>>();
  readonly #stop = new AbortController();
  #subscribers: ObjectSubscriber[] = [];

  constructor(world: World, supervisor: AppSupervisor) {
    this.#world = world;
    this.#supervisor = supervisor;
  }

  get objectSubscribers(): readonly ObjectSubscriber[] {
    return this.#subscribers;
  }

  /** Brings the wiring to what a new process of the app declares; what did not change goes on undisturbed. */
  async apply({ functions, resources }: ReadyApp): Promise<void> {
    const app = this.#supervisor.source.name;
    const { home, queues, scheduler, stores } = this.#world;
    const secrets = functions.flatMap(({ grants }) => grants.filter(({ kind }) => kind === "secret"));
    for (const { name } of secrets) if (process.env[name] === undefined) await ensureSecret(home, app, name);
    for (const { name } of resources.filter(({ kind }) => kind === "queue")) queues.get(qualify(app, name));
    this.#subscribers = functions.flatMap(({ name, trigger }) =>
      trigger.kind === "object"
        ? [{ app, functionName: name, trigger, queue: queues.get(queues.deliveriesOf(`${app}/${name}`)) }]
        : [],
    );
    await this.#drain(functions);
    for (const { name } of resources.filter(({ kind }) => kind === "object-store")) {
      const [owner, store] = qualify(app, name).split("/") as [string, string];
      await stores.open(owner, store);
      this.#watch(owner, store);
    }
    await scheduler.plan(
      app,
      functions.flatMap(({ name, trigger }): Job[] => {
        if (trigger.kind !== "schedule") return [];
        const { cron, timeZone, misfire } = trigger;
        return [
          {
            app,
            functionName: name,
            cron,
            timeZone,
            misfire,
            queue: queues.get(queues.deliveriesOf(`${app}/${name}`)),
          },
        ];
      }),
    );
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await Promise.all([...this.#dispatchers.values()].map((dispatcher) => dispatcher.stop()));
    await Promise.all(this.#watched.values());
  }

  /** One dispatcher per function that is started by events; a changed function gets a new one. */
  async #drain(functions: readonly FunctionDescription[]): Promise<void> {
    const wanted = new Map(
      functions
        .filter(({ trigger }) => trigger.kind !== "http" && trigger.kind !== "call")
        .map((one) => [JSON.stringify(one), one]),
    );
    for (const [key, dispatcher] of this.#dispatchers) {
      if (wanted.has(key)) continue;
      this.#dispatchers.delete(key);
      await dispatcher.stop();
    }
    for (const [key, description] of wanted) {
      if (this.#dispatchers.has(key)) continue;
      const dispatcher = this.#dispatcherFor(description);
      this.#dispatchers.set(key, dispatcher);
      dispatcher.start();
    }
  }

  #dispatcherFor(description: FunctionDescription): Dispatcher {
    const { queues, journal, causes, chaos } = this.#world;
    const app = this.#supervisor.source.name;
    const { trigger } = description;
    const isMessage = trigger.kind === "message";
    const name = isMessage ? qualify(app, trigger.source) : queues.deliveriesOf(`${app}/${description.name}`);
    const decode = (message: ReceivedMessage): CloudEvent =>
      isMessage
        ? decodeMessage(message, { name: trigger.source, format: trigger.format })
        : decodeStructured(message.body);
    return new Dispatcher({
      app,
      description,
      queue: queues.get(name),
      supervisor: this.#supervisor,
      journal,
      causes,
      chaos,
      decode,
    });
  }

  /** A store is watched once, by whichever app named it first, for the subscribers of all. */
  #watch(owner: string, store: string): void {
    const name = `${owner}/${store}`;
    if (!this.#world.claimStore(name)) return;
    const { intake, stores } = this.#world;
    const watching = watchStore({
      app: owner,
      store,
      folder: stores.folder(owner, store),
      intake,
      subscribers: () => this.#world.subscribersOf(name),
      signal: this.#stop.signal,
      onChange: () => {
        stores.changed(owner, store);
        this.#world.changed();
      },
    });
    this.#watched.set(
      name,
      watching.catch((error: Error) =>
        this.#world.logs.output(owner, `Cannot watch ${name}: ${error.message}`, Date.now()),
      ),
    );
  }
}

/** The name of a resource with its app, whose own ones go by the short form. */
export function qualify(app: string, name: string): string {
  return name.includes("/") ? name : `${app}/${name}`;
}
