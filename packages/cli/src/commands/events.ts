// faasade events: the journal, each entry with what caused it.

import type { JournalEntry } from "@faasade/local/control";
import type { Command } from "commander";
import { follow } from "../follow.ts";
import { addExamples } from "../help.ts";
import { runningWorld } from "../here.ts";
import { requireApp } from "../known-app.ts";
import { oneLine, print, printJson, styled } from "../output.ts";
import { parseWhole } from "../parse.ts";

interface EventsOptions {
  readonly follow?: true;
  readonly app?: string;
  readonly limit: number;
  readonly json?: true;
}

export default function defineEvents(command: Command): void {
  command
    .option("-f, --follow", "go on until Ctrl-C, or until the world stops")
    .option("--app <app>", "only this app")
    .option("--limit <number>", "at most so many of the newest entries", parseWhole(1, 2000), 50)
    .option("--json", 'for machines: {"entries":[…]}; with -f one entry a line')
    .action(showEvents);
  command.addHelpText("after", "\n`← …` names what caused an entry, by its title where that is shown too.");
  addExamples(command, [
    ["events", "the newest entries"],
    ["events -f --app shop", "as they happen"],
    ["events --json --limit 1000", "for a script"],
  ]);
}

const titlesKept = 10_000;

async function showEvents(options: EventsOptions): Promise<void> {
  const { app, limit, json } = options;
  const client = await runningWorld();
  const entries = await client.events({ limit, ...(app === undefined ? {} : { app }) });
  // An app that is gone may have left entries.
  if (app !== undefined && entries.length === 0) await requireApp(client, app, "show events");
  if (json && !options.follow) return printJson({ entries });
  const titles = new Map<string, string>();
  const show = (entry: JournalEntry): void => {
    if (json) printJson(entry);
    else print(format(entry, titles));
  };
  for (const entry of entries) show(entry);
  if (!options.follow) return;
  const after = entries.at(-1)?.sequence ?? 0;
  for await (const { event, data } of follow(client, after)) {
    if (event === "entry" && (app === undefined || data.app === app)) show(data);
  }
}

function format(entry: JournalEntry, titles: Map<string, string>): string {
  const { kind, id, cause, outcome, attempt, milliseconds, detail } = entry;
  const title = oneLine(entry.title, 100);
  // An event and the attempts at it share an id: the event came first and names the cause best.
  if (titles.size > titlesKept) titles.clear();
  if (!titles.has(id)) titles.set(id, title);
  const bad = outcome !== undefined && outcome !== "ok";
  const about = [
    entry.function === undefined || title.endsWith(entry.function) ? "" : `for ${entry.function}`,
    outcome === undefined ? "" : styled(bad ? "red" : "green", outcome),
    attempt === undefined || attempt === 1 ? "" : `attempt ${attempt}`,
    milliseconds === undefined ? "" : `${milliseconds} ms`,
    detail === undefined ? "" : oneLine(detail),
  ].filter((part) => part !== "");
  const reason = cause === undefined ? "" : styled("dim", `← ${titles.get(cause) ?? oneLine(cause, 40)}`);
  return [styled("dim", entry.time), kind.padEnd(11), styled("bold", title), ...about, reason]
    .join(" ")
    .trimEnd();
}
