// Looks into a dead letter queue that can only be received from: everything is taken for a while and given back.
import type { DeadLetter } from "./driver.ts";

export interface Taken {
  /** The queue's own id of it, the same each time it is taken. */
  readonly key: string;
  readonly receipt: string;
  readonly letter: DeadLetter;
}

export interface DeadLetterQueue {
  /** Some of those that nobody holds, hidden for a minute at least; none when there are no more. */
  take(): Promise<readonly Taken[]>;
  /** Shows them again. */
  giveBack(receipts: readonly string[]): Promise<void>;
}

/** The letters after an id, in the order of their ids. What another looks at meanwhile is missing. */
export async function listDeadLetters(
  queue: DeadLetterQueue,
  { after = "", limit }: { readonly after?: string; readonly limit: number },
): Promise<readonly DeadLetter[]> {
  const first: DeadLetter[] = [];
  await visit(queue, async ({ letter }) => {
    if (letter.id <= after) return "keep";
    first.push(letter);
    first.sort((one, other) => (one.id < other.id ? -1 : 1));
    // No more is kept in memory than was asked for.
    first.splice(limit);
    return "keep";
  });
  return first;
}

/** Hands every letter with one of these ids to `replay`, which removes it. @returns the ids that were there. */
export async function replayDeadLetters(
  queue: DeadLetterQueue,
  ids: readonly string[],
  replay: (taken: Taken) => Promise<void>,
): Promise<readonly string[]> {
  if (ids.length === 0) return [];
  const wanted = new Set(ids);
  const found = new Set<string>();
  await visit(queue, async (taken) => {
    const { id } = taken.letter;
    if (!wanted.has(id)) return "keep";
    await replay(taken);
    found.add(id);
    return "gone";
  });
  return [...found];
}

/** Ends when the queue has no more, or begins to hand out again what was seen. */
async function visit(
  queue: DeadLetterQueue,
  each: (taken: Taken) => Promise<"keep" | "gone">,
): Promise<void> {
  const receipts = new Map<string, string>();
  try {
    for (let isNew = true; isNew; ) {
      const batch = await queue.take();
      isNew = false;
      for (const taken of batch) {
        const isSeen = receipts.has(taken.key);
        receipts.set(taken.key, taken.receipt);
        if (isSeen) continue;
        isNew = true;
        if ((await each(taken)) === "gone") receipts.delete(taken.key);
      }
    }
  } finally {
    await queue.giveBack([...receipts.values()]);
  }
}
