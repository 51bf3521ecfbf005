// The dead letters of the local world, or of a deployed app.
import type { DeadLetterEntry } from "@faasade/local/control";
import { runningWorld } from "../here.ts";
import type { StageOptions } from "../stage/options.ts";

/** Not every platform counts attempts, or says what a message is. */
export type Letter = Omit<DeadLetterEntry, "attempts" | "contentType"> &
  Partial<Pick<DeadLetterEntry, "attempts" | "contentType">>;

export interface Letters {
  /** Newest first. */
  list(filter: { readonly queue?: string; readonly limit: number }): Promise<readonly Letter[]>;
  /** All of them, or of a queue, where no id is named. @returns how many. */
  replay(which: { readonly queue?: string; readonly ids?: readonly string[] }): Promise<number>;
  close(): Promise<void>;
}

export async function openLetters(options: StageOptions): Promise<Letters> {
  if (options.stage !== undefined)
    return (await import("../stage/open-letters.ts")).openStageLetters(options);
  const client = await runningWorld();
  return {
    list: (filter) => client.deadLetters(filter),
    replay: (which) => client.replay(which),
    close: async () => {},
  };
}
