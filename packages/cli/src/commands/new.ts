// faasade new: makes an app, or a function of an app, that works at once.
import { type Command, Option } from "commander";
import { addExamples } from "../help.ts";
import { findRoot } from "../here.ts";
import { refuseFile } from "../input.ts";
import type { Made } from "../new/make.ts";
import type { FunctionStart } from "../new/names.ts";
import { columns, print, printJson } from "../output.ts";

interface FunctionOptions {
  readonly http?: string;
  readonly schedule?: string;
  readonly object?: string;
  readonly message?: string;
  readonly json?: true;
}

const jsonOption = ["--json", 'for machines: {"files":[path,…]}'] as const;

export default function defineNew(command: Command): void {
  command
    .command("app")
    .description("an app: one function by HTTP, one by schedule, and their tests")
    .argument("<name>", "kebab case; becomes apps/<name>")
    .option(...jsonOption)
    .action(async (name: string, options: { json?: true }) => {
      const { makeApp } = await import("../new/make.ts");
      const next = [`npm test -- ${name}`, `npm start -- ${name}`, `apps/${name}/src/functions`];
      const made = await makeApp(findRoot(), name).catch(refuseFile("write"));
      show(made, options, ["test it", "start it", "change it"], next);
    });
  const kinds = ["http", "schedule", "object", "message"];
  const kind = (flags: string, description: string, own: string): Option =>
    new Option(flags, description).conflicts(kinds.filter((other) => other !== own));
  command
    .command("function")
    .description("a function of an app, with its test")
    .argument("<app>", "where it belongs")
    .argument("<name>", "kebab case; becomes src/functions/<name>.ts")
    .addOption(kind("--http <route>", 'started by HTTP (the default: "GET /<name>")', "http"))
    .addOption(kind("--schedule <cron>", "started by the clock, in UTC", "schedule"))
    .addOption(kind("--object <store>", "started by objects put into a store", "object"))
    .addOption(kind("--message <queue>", "started by messages of a queue", "message"))
    .option(...jsonOption)
    .action(async (app: string, name: string, options: FunctionOptions) => {
      const { makeFunction } = await import("../new/make.ts");
      const next = [`npm test -- ${app}`, `apps/${app}/src/functions/${name}.ts`];
      const start = startOf(name, options);
      const made = await makeFunction(findRoot(), app, name, start).catch(refuseFile("write"));
      show(made, options, ["test it", "change it"], next);
    });
  addExamples(command, [
    ["new app shop", ""],
    [`new function shop charge --http "POST /charges"`, ""],
    ["new function shop thumbnail --object photos", "makes src/resources/photos.ts when it is not there"],
    [`new function shop close-day --schedule "0 22 * * *"`, ""],
  ]);
}

function startOf(name: string, { http, schedule, object, message }: FunctionOptions): FunctionStart {
  if (schedule !== undefined) return { kind: "schedule", cron: schedule };
  if (object !== undefined) return { kind: "object", store: object };
  if (message !== undefined) return { kind: "message", queue: message };
  return { kind: "http", route: http ?? `GET /${name}` };
}

function show({ files, notes }: Made, { json }: { json?: true }, does: string[], lines: string[]): void {
  if (json) {
    printJson({ files, notes });
    return;
  }
  for (const file of files) print(`made ${file}`);
  for (const note of notes) print(note);
  print();
  print(columns(lines.map((line, index) => [does[index] ?? "", line])));
}
