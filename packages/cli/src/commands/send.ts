// faasade send: puts a message into a queue.
import type { Command } from "commander";
import { addExamples } from "../help.ts";
import { runningWorld } from "../here.ts";
import { readGivenJson } from "../input.ts";
import { formatDuration, print, printJson } from "../output.ts";
import { parseDuration } from "../parse.ts";

interface SendOptions {
  readonly delay: number;
  readonly unchecked?: true;
  readonly json?: true;
}

export default function defineSend(command: Command): void {
  command
    .argument("<queue>", "app/queue, or the queue's name alone where that is unique")
    .argument("<json>", "the message; @file reads a file, - stdin")
    .option("--delay <duration>", "hold it back, such as 5s or 10m", parseDuration, 0)
    .option("--unchecked", "also what the queue's schema refuses, to see what its functions make of it")
    .option("--json", 'for machines: {"id":…}')
    .action(send);
  addExamples(command, [
    [`send mails '{"to":"a@example.org"}'`, ""],
    ["send shop/orders @order.json --delay 5s", "from a file, five seconds from now"],
    [`send orders '{"nonsense":true}' --unchecked`, "a poison message"],
  ]);
}

async function send(queue: string, given: string, options: SendOptions): Promise<void> {
  const { delay, unchecked = false, json } = options;
  const data = await readGivenJson(given);
  const id = await (await runningWorld()).send(queue, data, { delaySeconds: delay, unchecked });
  if (json) return printJson({ id });
  const late = delay === 0 ? "" : `, to be delivered in ${formatDuration(delay * 1000)}`;
  print(`sent ${id}${late}`);
}
