// What was given up: listed with its reason, put back into its queue, or thrown away.
import { isUtf8 } from "node:buffer";
import type { DeadLetter, QueueDriver } from "@faasade/connectors/queue";
import { FunctionError } from "@faasade/core";
import type { World } from "../world.ts";
import type { DeadLetterEntry } from "./api.ts";
import { chooseName } from "./choose-name.ts";

/** Which dead letters are meant: of one queue or of all, and of those all or some. */
export interface WhichLetters {
  readonly queue: string | undefined;
  readonly ids: readonly string[] | undefined;
}

const lettersAtOnce = 100;

/** Deliveries of a function count as its queue; newest first. */
export async function deadLetterEntries(
  world: World,
  queue: string | undefined,
  limit: number,
): Promise<DeadLetterEntry[]> {
  const found: DeadLetterEntry[] = [];
  for (const { shown, name } of queuesOf(world, queue)) {
    for (const letter of await newestOf(await world.queues.open(name), limit)) {
      const { id, reason, attempts, contentType } = letter;
      found.push({
        queue: shown,
        id,
        reason,
        attempts,
        contentType,
        deadAt: new Date(letter.deadAt).toISOString(),
        body: readable(letter.body),
      });
    }
  }
  return found.sort((a, b) => b.deadAt.localeCompare(a.deadAt)).slice(0, limit);
}

/** A queue tells its dead letters in the order of their ids. */
async function newestOf(queue: QueueDriver, limit: number): Promise<readonly DeadLetter[]> {
  let newest: DeadLetter[] = [];
  for (let after: string | undefined; ; ) {
    const letters = await queue.deadLetters({
      limit: lettersAtOnce,
      ...(after === undefined ? {} : { after }),
    });
    newest = [...newest, ...letters].sort((a, b) => b.deadAt - a.deadAt).slice(0, limit);
    after = letters.at(-1)?.id;
    if (letters.length < lettersAtOnce) return newest;
  }
}

export async function replayDeadLetters(world: World, which: WhichLetters): Promise<{ replayed: number }> {
  let replayed = 0;
  for (const { shown, name } of queuesOf(world, which.queue)) {
    const kept = await world.queues.open(name);
    const back = await kept.replay(which.ids ?? (await allOf(world, name)));
    replayed += back.length;
    for (const id of back) world.journal.note({ kind: "operator", id, title: `replayed to ${shown}` });
  }
  return { replayed };
}

/** They are gone in the same transaction in which the journal says who did it and why. */
export async function discardDeadLetters(
  world: World,
  which: WhichLetters,
  { by = "the operator", why }: { readonly by: string | undefined; readonly why: string | undefined },
): Promise<{ discarded: number }> {
  let discarded = 0;
  for (const { shown, name } of queuesOf(world, which.queue)) {
    const ids = which.ids ?? (await allOf(world, name));
    if (ids.length === 0) continue;
    const entries = await world.sql.transaction(async (session) => {
      const letters = await world.queues.discardable(name).discardIn(session, ids);
      const written = [];
      for (const { id, reason } of letters) {
        const title = `discarded from ${shown} by ${by}`;
        const detail = `${why ?? "no reason given"} (it was given up: ${reason})`;
        written.push(await world.journal.writeIn(session, { kind: "operator", id, title, detail }));
      }
      return written;
    });
    for (const entry of entries) world.journal.announce(entry);
    discarded += entries.length;
  }
  return { discarded };
}

async function allOf(world: World, name: string): Promise<readonly string[]> {
  const kept = await world.queues.open(name);
  const ids: string[] = [];
  for (;;) {
    const after = ids.at(-1);
    const letters = await kept.deadLetters({
      limit: lettersAtOnce,
      ...(after === undefined ? {} : { after }),
    });
    ids.push(...letters.map(({ id }) => id));
    if (letters.length < lettersAtOnce) return ids;
  }
}

/** A queue and a function's deliveries may have the same name: then both are meant. */
function queuesOf(world: World, only: string | undefined): { shown: string; name: string }[] {
  const all = world.queues.known();
  if (only === undefined) return all;
  const names = all.map(({ shown }) => shown);
  const meant = chooseName("queue", only, names, (message) => new FunctionError("not_found", message));
  return all.filter(({ shown }) => shown === meant);
}

function readable(body: Uint8Array): string {
  return Buffer.from(body).toString(isUtf8(body) ? "utf8" : "base64");
}
