// faasade publish: publishes a message on a topic, as a device or an app does.
import type { Command } from "commander";
import { addExamples } from "../help.ts";
import { runningWorld } from "../here.ts";
import { readGivenJson } from "../input.ts";
import { print, printJson } from "../output.ts";

interface PublishOptions {
  readonly key?: string;
  readonly unchecked?: true;
  readonly json?: true;
}

export default function definePublish(command: Command): void {
  command
    .argument("<topic>", "app/topic, or the topic's name alone where that is unique")
    .argument("<json>", "the message; @file reads a file, - stdin")
    .option("--key <key>", "what it is about, such as a device: the event's subject")
    .option("--unchecked", "also what the topic's schema refuses, to see what its functions make of it")
    .option("--json", 'for machines: {"id":…}')
    .action(publish);
  addExamples(command, [
    [`publish readings '{"sequence":1,"values":{"temperature":21.5}}' --key ewr`, "as the device ewr"],
    ["publish plant/readings @batch.json --key jfk", "from a file"],
  ]);
}

async function publish(topic: string, given: string, options: PublishOptions): Promise<void> {
  const { key, unchecked = false, json } = options;
  const data = await readGivenJson(given);
  const world = await runningWorld();
  const id = await world.publish(topic, data, { unchecked, ...(key === undefined ? {} : { key }) });
  if (json) return printJson({ id });
  print(`published ${id}`);
}
