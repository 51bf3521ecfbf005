// faasade dead-letters: what was given up, why, and back into its queue or away.

import type { Command } from "commander";
import { type Letter, openLetters } from "../dead-letters/letters.ts";
import { refused } from "../exit-code.ts";
import { addExamples } from "../help.ts";
import { columns, count, oneLine, print, printable, printJson, remark, styled } from "../output.ts";
import { parseWhole } from "../parse.ts";
import { addStageOptions, type StageOptions } from "../stage/options.ts";

const queueOption = ["--queue <queue>", "only this queue, or this function's deliveries"] as const;
const mostSearched = 10_000;

export default function defineDeadLetters(command: Command): void {
  addStageOptions(command.command("list"))
    .description("the newest first")
    .option(...queueOption)
    .option("--limit <number>", "at most so many", parseWhole(1, mostSearched), 100)
    .option("--json", 'for machines: {"deadLetters":[…]}')
    .action(list);
  addStageOptions(command.command("show"))
    .description("one of them, with its message")
    .argument("<id>", "or the beginning of it, where that is unique")
    .option("--json", "for machines")
    .action(show);
  addStageOptions(command.command("replay"))
    .description("back into their queues, with all attempts before them; all of them when no id is named")
    .argument("[id...]", "as list shows them")
    .option(...queueOption)
    .option("--json", 'for machines: {"replayed":…}')
    .action(replay);
  command
    .command("discard")
    .description("away for good; the journal keeps who did it and why")
    .argument("[id...]", "as list shows them")
    .option(...queueOption)
    .option("--all", "every dead letter of every queue")
    .option("--why <text>", "for the journal")
    .option("--yes", "do not ask")
    .option("--json", 'for machines: {"discarded":…}')
    .action(async (ids: string[], options) =>
      (await import("../dead-letters/discard.ts")).discardLetters(ids, options),
    );
  addExamples(command, [
    ["dead-letters list", "with the reason of each"],
    ["dead-letters show 4f1c", ""],
    ["dead-letters list --stage demo", "of what was deployed there"],
    ["dead-letters replay --queue shop/thumbnail", "after the mistake is repaired"],
    ['dead-letters discard 4f1c9a --why "a test order"', "asks first; --yes does not"],
  ]);
}

interface ListOptions extends StageOptions {
  readonly queue?: string;
  readonly limit: number;
  readonly json?: true;
}

async function list(options: ListOptions): Promise<void> {
  const { queue, limit } = options;
  const letters = await search(options, { limit, ...(queue === undefined ? {} : { queue }) });
  if (options.json) return printJson({ deadLetters: letters });
  if (letters.length === 0) return remark("No dead letters.");
  print(
    columns(
      letters.map(({ id, queue, deadAt, attempts, reason }) => [
        styled("dim", deadAt),
        styled("bold", queue),
        oneLine(id, 64),
        attempts === undefined ? "" : count(attempts, "attempt"),
        oneLine(reason, 120),
      ]),
    ),
  );
}

async function show(id: string, options: StageOptions & { json?: true }): Promise<void> {
  const letters = await search(options, { limit: mostSearched });
  const letter = chooseLetter(letters, id);
  if (options.json) return printJson(letter);
  const { queue, deadAt, attempts, reason, contentType, body } = letter;
  print(
    columns([
      ["Id", printable(letter.id)],
      ["Queue", queue],
      ["Given up", attempts === undefined ? deadAt : `${deadAt}, after ${count(attempts, "attempt")}`],
      ["Reason", printable(reason)],
      ...(contentType === undefined ? [] : [["Type", printable(contentType)]]),
    ]),
  );
  print();
  print(process.stdout.isTTY ? printable(body) : body);
}

/** @throws {CommandFailure} when no letter, or more than one, has an id that begins so. */
export function chooseLetter(letters: readonly Letter[], id: string): Letter {
  const exact = letters.filter((letter) => letter.id === id);
  const found = exact.length > 0 ? exact : letters.filter((letter) => letter.id.startsWith(id));
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  const why = only === undefined ? "there is none" : `${found.length} begin so`;
  const fix = only === undefined ? "See dead-letters list." : "Give more of its id.";
  throw refused(`Cannot show the dead letter ${id}: ${why}. ${fix}`);
}

async function search(
  options: StageOptions,
  filter: { readonly queue?: string; readonly limit: number },
): Promise<readonly Letter[]> {
  const letters = await openLetters(options);
  return letters.list(filter).finally(() => letters.close());
}

async function replay(
  ids: readonly string[],
  options: StageOptions & { queue?: string; json?: true },
): Promise<void> {
  const { queue } = options;
  const which = { ...(queue === undefined ? {} : { queue }), ...(ids.length === 0 ? {} : { ids }) };
  const letters = await openLetters(options);
  const replayed = await letters.replay(which).finally(() => letters.close());
  if (options.json) printJson({ replayed });
  else print(`${count(replayed, "dead letter")} replayed`);
  if (replayed < ids.length)
    throw refused(
      `Cannot replay ${ids.length - replayed} of ${ids.length}: there are no such dead letters. See dead-letters list.`,
    );
}
