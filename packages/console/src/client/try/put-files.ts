// Files on their way into a store, one after the other, and the events they make.
import { type Signal, useSignal } from "@preact/signals";
import { putObject } from "../control.ts";
import { type Action, useAction } from "../parts/action.tsx";
import { entries, lastSequence } from "../state.ts";

export interface Chosen {
  readonly file: File;
  readonly key: string;
  /** From 0 to 1. */
  readonly done: number;
}

export interface Put {
  readonly keys: readonly string[];
  /** The last entry of the journal before the first file. */
  readonly after: number;
}

interface PutFiles extends Action<[], Put> {
  readonly chosen: Signal<readonly Chosen[]>;
  readonly change: (index: number, part: Partial<Chosen>) => void;
}

/** @param store qualified: `app/store`. */
export function usePutFiles(store: string, first: readonly Chosen[] = []): PutFiles {
  const chosen = useSignal(first);
  const change = (index: number, part: Partial<Chosen>): void => {
    chosen.value = chosen.peek().map((one, at) => (at === index ? { ...one, ...part } : one));
  };
  const action = useAction(async () => {
    const after = lastSequence.peek();
    const keys = chosen.peek().map(({ key }) => key);
    for (const [index, { file, key }] of chosen.peek().entries()) {
      await putObject(store, key, file, (done) => change(index, { done }));
      change(index, { done: 1 });
    }
    return { after, keys };
  });
  return { ...action, chosen, change };
}

export function choose(files: Iterable<File>, prefix: string): Chosen[] {
  return [...files].map((file) => ({ file, key: prefix + file.name, done: 0 }));
}

/** Events since `after` whose subject is one of the keys. */
export function eventsAbout({ keys, after }: Put): string[] {
  return entries.value
    .filter(({ sequence, detail }) => sequence > after && detail !== undefined && keys.includes(detail))
    .map(({ id }) => id);
}
