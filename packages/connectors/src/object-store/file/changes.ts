// Every change of a store in a folder, at least once and in order, to the one process that watches it.
import { type FSWatcher, watch } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import type { ObjectChange } from "../driver.ts";
import { type Catalog, openCatalog } from "./catalog.ts";

export interface ChangeWatch {
  /** Ends the watch; a delivery under way is finished first. */
  readonly signal: AbortSignal;
  /** Called with one change at a time. A change is kept until this resolves, and delivered again when it rejects. */
  onChange(change: ObjectChange): Promise<void>;
  /** Told of each failure that leads to another attempt. */
  onError?(error: unknown): void;
}

const pollMilliseconds = 500;
const maxPauseMilliseconds = 5_000;
const changesAtOnce = 100;

/**
 * Delivers the changes of the store in the folder `root`, those of the past first, until the signal aborts. A put or
 * delete that was acknowledged is never missed, whoever is killed; a change may come again, with the same version,
 * when this process is killed while it handles it. One process should watch a store.
 */
export async function watchChanges(root: string, { signal, onChange, onError }: ChangeWatch): Promise<void> {
  const catalog = await openCatalog(root);
  const bell = new Bell(root, signal);
  let pause = 0;
  try {
    while (!signal.aborted) {
      try {
        const full = await deliver(catalog, signal, onChange);
        pause = 0;
        if (!full) await bell.rung();
      } catch (error) {
        onError?.(error);
        pause = Math.min(Math.max(2 * pause, 50), maxPauseMilliseconds);
        await wait(pause, undefined, { signal }).catch(() => {});
      }
    }
  } finally {
    bell.close();
    catalog.close();
  }
}

/** @returns whether there may be more at once. */
async function deliver(
  catalog: Catalog,
  signal: AbortSignal,
  onChange: ChangeWatch["onChange"],
): Promise<boolean> {
  const changes = catalog.changes(changesAtOnce);
  for (const { sequence, ...change } of changes) {
    if (signal.aborted) return false;
    await onChange(change);
    catalog.forget(sequence);
  }
  return changes.length === changesAtOnce;
}

/** Rings when the folder changes, and every half second because no operating system promises to say so. */
class Bell {
  readonly #watcher: FSWatcher | undefined;
  readonly #signal: AbortSignal;
  #rang = false;
  #answer: (() => void) | undefined;

  constructor(root: string, signal: AbortSignal) {
    this.#signal = signal;
    this.#watcher = watchFolder(root, () => this.#ring());
    signal.addEventListener("abort", this.#ring);
  }

  async rung(): Promise<void> {
    if (!this.#rang && !this.#signal.aborted) {
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        this.#answer = resolve;
        timer = setTimeout(resolve, pollMilliseconds);
      });
      clearTimeout(timer);
      this.#answer = undefined;
    }
    this.#rang = false;
  }

  close(): void {
    this.#watcher?.close();
    this.#signal.removeEventListener("abort", this.#ring);
  }

  readonly #ring = (): void => {
    this.#rang = true;
    this.#answer?.();
  };
}

/** Without a watcher, for example where the system has no more of them, polling alone does it. */
function watchFolder(root: string, onEvent: () => void): FSWatcher | undefined {
  try {
    const watcher = watch(root, onEvent);
    watcher.on("error", () => watcher.close());
    return watcher;
  } catch {
    return undefined;
  }
}
