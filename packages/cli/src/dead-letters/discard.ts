// Throws dead letters away for good, once that was said twice; the journal keeps who did it and why.
import { userInfo } from "node:os";
import type { WorldClient } from "@faasade/local/control";
import { confirm } from "../confirm.ts";
import { CommandFailure, exitCodes, refused } from "../exit-code.ts";
import { runningWorld } from "../here.ts";
import { count, print, printJson } from "../output.ts";

export interface DiscardOptions {
  readonly queue?: string;
  readonly all?: true;
  readonly why?: string;
  readonly yes?: true;
  readonly json?: true;
}

const most = 10_000;

export async function discardLetters(ids: readonly string[], options: DiscardOptions): Promise<void> {
  const { queue, why, yes, json } = options;
  checkChoice(ids, options);
  const client = await runningWorld();
  const which = { ...(queue === undefined ? {} : { queue }), ...(ids.length === 0 ? {} : { ids }) };
  if (!yes) await confirm(`discard ${await described(client, ids, queue)} for good`);
  const by = userInfo().username;
  const discarded = await client.discard({ ...which, by, ...(why === undefined ? {} : { why }) });
  if (json) printJson({ discarded });
  else print(`${count(discarded, "dead letter")} discarded`);
  if (discarded < ids.length)
    throw refused(
      `Cannot discard ${ids.length - discarded} of ${ids.length}: there are no such dead letters. See dead-letters list.`,
    );
}

/** Nothing is meant by saying nothing. */
function checkChoice(ids: readonly string[], { queue, all }: DiscardOptions): void {
  if (ids.length === 0 && queue === undefined && all === undefined)
    throw new CommandFailure(
      exitCodes.usage,
      "Cannot tell which dead letters to discard: name their ids, a --queue, or say --all.",
    );
  if (all !== undefined && (ids.length > 0 || queue !== undefined))
    throw new CommandFailure(
      exitCodes.usage,
      "Cannot discard all and only some: leave out --all, or the ids and --queue.",
    );
}

async function described(
  client: WorldClient,
  ids: readonly string[],
  queue: string | undefined,
): Promise<string> {
  if (ids.length > 0) return count(ids.length, "dead letter");
  const letters = await client.deadLetters({ limit: most, ...(queue === undefined ? {} : { queue }) });
  const where = queue === undefined ? "" : ` of ${queue}`;
  return `${count(letters.length, "dead letter")}${where}`;
}
