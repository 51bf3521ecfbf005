// faasade send: puts a message into a queue.
import type { Command } from "commander";
import { addExamples } from "../help.ts";
import { runningWorld } from "../here.ts";
import { readGivenJson } from "../input.ts";
import { formatDuration, print, printJson } from "../output.ts";
import { parseDuration } from "../parse.ts";

export default function defineSend(command: Command): void {
  command
    .argument("<queue>", "app/queue, or the queue's name alone where that is unique")
    .argument("<json>", "the message; @file reads a file, - stdin")
    .option("--delay <duration>", "hold it back, such as 5s or 10m", parseDuration, 0)
    .option("--json", 'for machines: {"id":…}')
    .action(async (queue: string, given: string, options: { delay: number; json?: true }) => {
      const data = await readGivenJson(given);
      const id = await (await runningWorld()).send(queue, data, options.delay);
      if (options.json) return printJson({ id });
      const late = options.delay === 0 ? "" : `, to be delivered in ${formatDuration(options.delay * 1000)}`;
      print(`sent ${id}${late}`);
    });
  addExamples(command, [
    [`send mails '{"to":"a@example.org"}'`, ""],
    ["send shop/orders @order.json --delay 5s", "from a file, five seconds from now"],
  ]);
}
