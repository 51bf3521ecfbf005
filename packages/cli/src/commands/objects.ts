// faasade objects: put, get, list and remove what is in a store.
import type { Command } from "commander";
import { addExamples } from "../help.ts";
import { parseMediaType, parseWhole } from "../parse.ts";
import { addStageOptions } from "../stage/options.ts";

const store = "app/store, or the store's name alone where that is unique";

export default function defineObjects(command: Command): void {
  addStageOptions(command.command("put"))
    .description("store files under their names")
    .argument("<store>", store)
    .argument("<file...>", "files; - is stdin and needs --key")
    .option("--key <key>", 'the key of one file; "folder/" puts several below it')
    .option("--type <media type>", "by default told by the key's ending", parseMediaType)
    .option("--json", 'for machines: {"objects":[{"key":…,"etag":…}]}')
    .action(async (name: string, files: string[], options) =>
      (await import("../objects/put.ts")).putObjects(name, files, options),
    );
  addStageOptions(command.command("get"))
    .description("write an object to stdout or a file")
    .argument("<store>", store)
    .argument("<key>", "as list shows it")
    .option("-o, --output <file>", "appears when it is complete")
    .action(async (name: string, key: string, options) =>
      (await import("../objects/get.ts")).getObject(name, key, options),
    );
  addStageOptions(command.command("list"))
    .description("keys in their order, with size and time")
    .argument("<store>", store)
    .option("--prefix <prefix>", "only keys that begin with it", "")
    .option("--limit <number>", "at most so many", parseWhole(1))
    .option("--json", 'for machines: {"objects":[{"key":…,"size":…,"etag":…,"modifiedAt":…}]}')
    .action(async (name: string, options) => (await import("../objects/list.ts")).listObjects(name, options));
  addStageOptions(command.command("rm"))
    .description("remove objects; what is not there counts as removed")
    .argument("<store>", store)
    .argument("<key...>", "as list shows them")
    .option("--json", 'for machines: {"removed":[key,…]}')
    .action(async (name: string, keys: string[], options) =>
      (await import("../objects/remove.ts")).removeObjects(name, keys, options),
    );
  addExamples(command, [
    ["objects put photos cat.jpg dog.jpg", "starts the functions that wait for photos"],
    ["objects put photos - --key notes/a.txt < a.txt", "from stdin"],
    ["objects get renditions cat.jpg/small.webp -o cat.webp", "streamed, whatever its size"],
    ["objects list photos --prefix cat", ""],
    ["objects put photos cat.jpg --stage demo", "into what was deployed there"],
  ]);
}
