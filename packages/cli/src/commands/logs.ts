// faasade logs: what functions log and their processes print.

import type { LogLine, WorldClient } from "@faasade/local/control";
import { type Command, Option } from "commander";
import { follow } from "../follow.ts";
import { addExamples } from "../help.ts";
import { runningWorld } from "../here.ts";
import { requireApp } from "../known-app.ts";
import { formatLine, levels, rank } from "../logs/line.ts";
import { print, printJson } from "../output.ts";
import { parseWhole } from "../parse.ts";
import { addStageOptions, type StageOptions } from "../stage/options.ts";

export interface LogsOptions extends StageOptions {
  readonly follow?: true;
  readonly level: string;
  readonly limit: number;
  readonly json?: true;
}

export default function defineLogs(command: Command): void {
  addStageOptions(command)
    .argument("[app]", "only this app")
    .option("-f, --follow", "go on until Ctrl-C, or until the world stops")
    .addOption(new Option("--level <level>", "this level and above").choices(levels).default("debug"))
    .option("--limit <number>", "at most so many of the newest lines", parseWhole(0, 5000), 200)
    .option("--json", 'for machines: {"lines":[…]}; with -f one line of JSON each')
    .action(showLogs);
  addExamples(command, [
    ["logs", "the newest lines"],
    ["logs -f shop --level warn", "warnings and errors of one app as they come"],
    ["logs -f --stage demo", "of what was deployed there, from its platform's own log"],
  ]);
}

async function showLogs(app: string | undefined, options: LogsOptions): Promise<void> {
  if (options.stage !== undefined) return (await import("../stage/show-logs.ts")).showStageLogs(app, options);
  const client = await runningWorld();
  // An app that is gone may have left lines.
  if (app !== undefined && (await client.logs({ app, limit: 1 })).length === 0)
    await requireApp(client, app, "show logs");
  const wanted = (line: LogLine): boolean =>
    (app === undefined || line.app === app) && rank(line.level) >= rank(options.level);
  const past = async (): Promise<LogLine[]> => {
    const lines = await client.logs({ limit: 10_000, ...(app === undefined ? {} : { app }) });
    const matching = lines.filter(wanted);
    return matching.slice(Math.max(0, matching.length - options.limit));
  };
  const show = (line: LogLine): void => (options.json ? printJson(line) : print(formatLine(line)));
  if (options.follow) {
    for await (const line of pastAndPresent(client, past)) if (wanted(line)) show(line);
  } else if (options.json) printJson({ lines: await past() });
  else for (const line of await past()) show(line);
}

/** The past and then the present, without a gap: what comes in while the past is asked for is told once. */
async function* pastAndPresent(client: WorldClient, past: () => Promise<LogLine[]>): AsyncGenerator<LogLine> {
  let told: Set<string> | undefined;
  for await (const { event, data } of follow(client, Number.MAX_SAFE_INTEGER)) {
    if (told === undefined) {
      const lines = await past();
      told = new Set(lines.map((line) => JSON.stringify(line)));
      yield* lines;
    }
    if (event === "log" && !told.delete(JSON.stringify(data))) yield data;
  }
}
