// A process of the platform: what it reaches outside itself, and where it may die.
import { AsyncLocalStorage } from "node:async_hooks";
import type { ObjectStoreDriver } from "@faasade/connectors/object-store";

export interface Message {
  readonly id: string;
  readonly job: string;
  readonly due: number;
}

/** One process of the platform, from when it gets something to do until it answers or dies. */
export interface Process {
  isDead: boolean;
  readonly clockOffset: number;
  readonly message?: Message;
  /** Asked before each thing it does outside itself; throwing is dying. */
  readonly step: (what: string) => void | Promise<void>;
}

export class Death extends Error {
  override readonly name = "Death";
}

export const inProcess = new AsyncLocalStorage<Process>();

/** Before each thing a process does outside itself: it may die there, and does nothing more then. */
export async function step(what: string): Promise<void> {
  const process = inProcess.getStore();
  if (process === undefined) return;
  if (process.isDead) throw new Death(what);
  try {
    await process.step(what);
  } catch (error) {
    process.isDead = true;
    throw error;
  }
  if (process.isDead) throw new Death(what);
}

/** A store as a process reaches it: there is a step before each call, and one behind each put. */
export function watched(name: string, store: ObjectStoreDriver): ObjectStoreDriver {
  const after = async <Result>(what: string, act: () => Promise<Result>): Promise<Result> => {
    await step(`${name}.${what}`);
    return act();
  };
  return {
    head: (key) => after(`head ${key}`, () => store.head(key)),
    get: (key, range) => after(`get ${key}`, () => store.get(key, range)),
    put: async (key, body, options) => {
      const put = await after(`put ${key}`, () => store.put(key, body, options));
      // A process may die when the store has it and before it hears so.
      await step(`${name}.has put ${key}`);
      return put;
    },
    delete: (key, origin) => after(`delete ${key}`, () => store.delete(key, origin)),
    list: (options) => after("list", () => store.list(options)),
    probeConditionalPut: () => store.probeConditionalPut(),
    close: async () => {},
  };
}
