// Starts functions by the changes of stores in folders, which keep each change until it was handled or given up.
import type { CloudEvent } from "@faasade/core";
import { type FunctionEntry, matchesKey, urlVariable } from "@faasade/core/adapter";
import type { Artefact } from "../shared/artefact.ts";
import { type ObjectChange, objectEvent } from "../shared/object-event.ts";
import { type DeliveryParts, deliver } from "./delivery.ts";
import type { Worker } from "./worker.ts";

/** What the driver of such stores has besides `open`. */
interface WatchableModule {
  folderOf(url: string): string;
  watchChanges(folder: string, watch: Watch): Promise<void>;
}

interface Watch {
  readonly signal: AbortSignal;
  onChange(change: StoredChange): Promise<void>;
  onError(error: unknown): void;
}

interface StoredChange extends Pick<ObjectChange, "change" | "key" | "version"> {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly size?: number;
  readonly etag?: string;
  readonly traceparent?: string;
}

type Waiting = FunctionEntry & { readonly trigger: { readonly kind: "object" } };

/** One for each store that a function waits for. Changes of a store come one after the other, as they were made. */
export function openWatchedStores(artefact: Artefact, parts: DeliveryParts): Promise<Worker[]> {
  const waiting = artefact.functions.filter((entry): entry is Waiting => entry.trigger.kind === "object");
  const stores = new Set(waiting.map(({ trigger }) => trigger.store.name));
  return Promise.all(
    [...stores].map((store) =>
      openStore(
        artefact,
        store,
        waiting.filter(({ trigger }) => trigger.store.name === store),
        parts,
      ),
    ),
  );
}

async function openStore(
  { drivers }: Artefact,
  store: string,
  waiting: readonly Waiting[],
  parts: DeliveryParts,
): Promise<Worker> {
  const variable = urlVariable(store);
  const url = process.env[variable] ?? drivers[store]?.url;
  const module = (await drivers[store]?.load()) as unknown as Partial<WatchableModule> | undefined;
  if (url === undefined || module?.watchChanges === undefined || module.folderOf === undefined) {
    const why = url === undefined ? `${variable} is not set` : "its driver tells of no changes";
    throw new Error(`Cannot watch the store ${store}: ${why}. Set ${variable} to file:///a/folder.`);
  }
  const { watchChanges } = module;
  const folder = module.folderOf(url);
  const { app, host, signal } = parts;
  let watching: Promise<void> | undefined;
  return {
    start() {
      watching = watchChanges(folder, {
        signal,
        async onChange(change) {
          const event = eventOf(app.name, store, change);
          const interested = waiting.filter(
            ({ trigger }) => trigger.change === change.change && matchesKey(trigger.filter, change.key),
          );
          await Promise.all(interested.map((entry) => deliver(parts, entry, event)));
        },
        onError(error) {
          if (signal.aborted) return;
          const message = `Cannot take changes of ${store}, and try again soon: ${(error as Error).message}`;
          const about = { function: "", invocation: "", traceparent: "" };
          host.log({ time: host.clock.now(), level: "error", message, ...about });
        },
      });
    },
    stop: async () => watching,
  };
}

function eventOf(app: string, store: string, change: StoredChange): CloudEvent {
  const { at, size, etag, traceparent } = change;
  const event = objectEvent(app, { ...change, store, time: new Date(at).toISOString(), size, etag });
  return traceparent === undefined ? event : { ...event, extensions: { ...event.extensions, traceparent } };
}
