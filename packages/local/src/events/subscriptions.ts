// What the functions of an app subscribe to, kept for the next start: an app that does not load then is still sent its events.
import type { SqlDriver } from "@faasade/connectors/sql";
import type { TriggerDescription } from "@faasade/core/adapter";
import type { ReadyApp } from "../app/process.ts";
import { readState, writeState } from "../data/state.ts";

export interface Subscriptions {
  readonly objects: readonly {
    readonly functionName: string;
    readonly trigger: Extract<TriggerDescription, { kind: "object" }>;
  }[];
  readonly topics: readonly {
    readonly functionName: string;
    /** Qualified. */
    readonly topic: string;
    readonly format: "cloudevents" | "raw";
  }[];
  /** Qualified names of the topics it sends or subscribes to. */
  readonly declaredTopics: readonly string[];
}

export function subscriptionsOf(app: string, { functions, resources }: ReadyApp): Subscriptions {
  return {
    objects: functions.flatMap(({ name, trigger }) =>
      trigger.kind === "object" ? [{ functionName: name, trigger }] : [],
    ),
    topics: functions.flatMap(({ name, trigger }) =>
      trigger.kind === "message" && trigger.sourceKind === "topic"
        ? [{ functionName: name, topic: qualify(app, trigger.source), format: trigger.format }]
        : [],
    ),
    declaredTopics: resources.filter(({ kind }) => kind === "topic").map(({ name }) => qualify(app, name)),
  };
}

/**
 * A definition is refused that writes to the store that starts it; only here is it known that two names mean one store.
 * @throws {Error} naming the function.
 */
export function refuseLoops(app: string, { functions }: Pick<ReadyApp, "functions">): void {
  for (const { name, trigger, grants } of functions) {
    if (trigger.kind !== "object") continue;
    const store = qualify(app, trigger.store);
    const loops = grants.some(
      ({ kind, name, access }) =>
        kind === "object-store" && access.toLowerCase().includes("write") && qualify(app, name) === store,
    );
    if (loops)
      throw new Error(`Cannot start ${name}: it is started by ${store} and writes to it, which would loop.`);
  }
}

const keyOf = (app: string): string => `subscriptions of ${app}`;

export function keepSubscriptions(sql: SqlDriver, app: string, subscriptions: Subscriptions): Promise<void> {
  return writeState(sql, keyOf(app), subscriptions);
}

/** Undefined for an app that has never been ready. */
export function keptSubscriptions(sql: SqlDriver, app: string): Promise<Subscriptions | undefined> {
  return readState<Subscriptions>(sql, keyOf(app));
}

/** The name of a resource with its app, whose own ones go by the short form. */
export function qualify(app: string, name: string): string {
  return name.includes("/") ? name : `${app}/${name}`;
}
