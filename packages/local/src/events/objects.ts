// Turns the changes of a store into events for the functions that wait for them.
import { setTimeout as delay } from "node:timers/promises";
import type { ObjectChange } from "@faasade/connectors/object-store";
import { watchChanges } from "@faasade/connectors/object-store/file";
import type { CloudEvent } from "@faasade/core";
import { matchesKey, objectEventTypes, type TriggerDescription } from "@faasade/core/adapter";
import { deterministicId } from "@faasade/core/cloudevents";
import type { Intake, Subscriber } from "./intake.ts";

export interface ObjectSubscriber extends Subscriber {
  readonly trigger: Extract<TriggerDescription, { kind: "object" }>;
}

export interface WatchingOptions {
  readonly app: string;
  readonly store: string;
  readonly intake: Intake;
  /** Asked at each change, because an app may declare other functions after its source changed. */
  readonly subscribers: () => readonly ObjectSubscriber[];
  readonly signal: AbortSignal;
  readonly onChange: () => void;
  /** Told of each failure; the watch goes on, and what it missed comes later. */
  readonly onError: (error: Error) => void;
}

export interface WatchStoreOptions extends WatchingOptions {
  readonly folder: string;
}

const againMilliseconds = 1000;

/** Watches until the signal aborts. A change leaves the store's log only after its event was accepted. */
export async function watchStore(options: WatchStoreOptions): Promise<void> {
  const { signal, onError } = options;
  while (!signal.aborted) {
    try {
      await watchOnce(options);
    } catch (error) {
      onError(error as Error);
      await delay(againMilliseconds, undefined, { signal }).catch(() => {});
    }
  }
}

function watchOnce(options: WatchStoreOptions): Promise<void> {
  const { folder, signal, onError } = options;
  return watchChanges(folder, {
    signal,
    onError: (error) => onError(error as Error),
    onChange: (change) => takeChange(options, change),
  });
}

/** Into the world, for whom it interests; told again, it is the same event. */
export async function takeChange(
  { app, store, intake, subscribers, onChange }: WatchingOptions,
  change: ObjectChange,
): Promise<void> {
  const interested = subscribers().filter(
    ({ trigger }) => trigger.change === change.change && matchesKey(trigger, change.key),
  );
  await intake.accept(toEvent(app, store, change), interested, app);
  onChange();
}

function toEvent(app: string, store: string, change: ObjectChange): CloudEvent {
  const { key, size, etag, traceparent } = change;
  return {
    specversion: "1.0",
    id: deterministicId(app, store, key, change.version),
    source: `/${app}/${store}`,
    type: objectEventTypes[change.change],
    subject: key,
    time: new Date(change.at).toISOString(),
    datacontenttype: "application/json",
    data: { store, key, ...(size === undefined ? {} : { size }), ...(etag === undefined ? {} : { etag }) },
    extensions: traceparent === undefined ? {} : { traceparent },
  };
}
