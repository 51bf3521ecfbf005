// The wiring of every app, and what they settle among themselves: who watches a store, and for whom.
import type { World } from "../world.ts";
import type { ObjectSubscriber } from "./objects.ts";
import { qualify } from "./subscriptions.ts";
import type { DeclaredTopic } from "./topics.ts";
import { AppWiring } from "./wiring.ts";

export class Wirings {
  readonly #world: World;
  readonly #byApp = new Map<string, AppWiring>();
  readonly #watchedStores = new Set<string>();

  constructor(world: World) {
    this.#world = world;
  }

  /** @throws {Error} for an app that is not supervised. */
  of(app: string): AppWiring {
    const present = this.#byApp.get(app);
    if (present !== undefined) return present;
    const supervisor = this.#world.apps.get(app);
    if (supervisor === undefined) throw new Error(`Cannot wire ${app}: it is not supervised.`);
    const wiring = new AppWiring(this.#world, supervisor);
    this.#byApp.set(app, wiring);
    return wiring;
  }

  /** True for the first who asks to watch a store. */
  claimStore(name: string): boolean {
    if (this.#watchedStores.has(name)) return false;
    this.#watchedStores.add(name);
    return true;
  }

  /** The functions of every app that a store's changes start. */
  subscribersOf(store: string): ObjectSubscriber[] {
    return [...this.#byApp.values()].flatMap(({ objectSubscribers }) =>
      objectSubscribers.filter(({ app, trigger }) => qualify(app, trigger.store) === store),
    );
  }

  /** A topic by its qualified name, with the functions of every app that subscribe; undefined when none declares it. */
  topic(qualified: string): DeclaredTopic | undefined {
    const wirings = [...this.#byApp.values()];
    if (!wirings.some(({ topics }) => topics.has(qualified))) return undefined;
    const subscribers = wirings.flatMap(({ topicSubscribers }) =>
      topicSubscribers.filter(({ topic }) => topic === qualified),
    );
    return { qualified, format: subscribers[0]?.format ?? "cloudevents", subscribers };
  }

  /** Takes nothing more from queues and stores. */
  async stop(): Promise<void> {
    await Promise.all([...this.#byApp.values()].map((wiring) => wiring.stop()));
  }

  /** Resolves when what was in flight is settled. */
  async settled(): Promise<void> {
    await Promise.all([...this.#byApp.values()].map((wiring) => wiring.settled()));
  }
}
