// Where a dropped file may go, and what was dropped so far.
import { computed, signal } from "@preact/signals";
import { qualified } from "../names.ts";
import { world } from "../state.ts";
import { type Chosen, choose } from "../try/put-files.ts";

/** A store whose new objects start functions. */
export interface DropTarget {
  /** Store and prefix, which no other target has. */
  readonly id: string;
  readonly app: string;
  readonly store: string;
  /** What the functions want keys to begin with. */
  readonly prefix: string;
  readonly functions: readonly string[];
}

export interface Drop {
  readonly number: number;
  readonly target: DropTarget;
  readonly files: readonly Chosen[];
}

export const targets = computed<readonly DropTarget[]>(() => {
  const found = new Map<string, DropTarget>();
  for (const app of world.value?.apps ?? []) {
    for (const { name, trigger } of app.functions) {
      if (trigger.kind !== "object" || trigger.change === "removed") continue;
      const { store, prefix = "" } = trigger;
      const id = `${qualified(app.name, store)}/${prefix}`;
      const functions = [...(found.get(id)?.functions ?? []), name];
      found.set(id, { id, app: app.name, store, prefix, functions });
    }
  }
  return [...found.values()];
});

/** Newest first, until the reader closes them. */
export const drops = signal<readonly Drop[]>([]);

let dropped = 0;

export function drop(target: DropTarget, files: Iterable<File>): void {
  dropped += 1;
  drops.value = [{ number: dropped, target, files: choose(files, target.prefix) }, ...drops.peek()];
}

export function close(number: number): void {
  drops.value = drops.peek().filter((one) => one.number !== number);
}

export function wordsOf({ app, store, prefix, functions }: DropTarget): string {
  return `${app} · ${store}${prefix === "" ? "" : `/${prefix}`} → ${functions.join(", ")}`;
}
