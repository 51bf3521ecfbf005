// faasade mails: what apps sent, kept by the world and delivered to nobody.
import type { Command } from "commander";
import { addExamples } from "../help.ts";
import { runningWorld } from "../here.ts";
import { requireApp } from "../known-app.ts";
import { columns, formatBytes, oneLine, print, printable, printJson, remark, styled } from "../output.ts";
import { parseWhole } from "../parse.ts";

export default function defineMails(command: Command): void {
  command
    .command("list")
    .description("the newest first")
    .option("--app <app>", "only of this app")
    .option("--limit <number>", "at most so many", parseWhole(1, 1000), 50)
    .option("--json", 'for machines: {"mails":[…]}')
    .action(list);
  command
    .command("show")
    .description("one of them, as it was sent")
    .argument("<id>", "as list shows it")
    .option("--json", "for machines")
    .action(show);
  addExamples(command, [
    ["mails list", "to whom, about what"],
    ["mails list --app shop --json", "for a script"],
    ["mails show 1", "headers and text"],
  ]);
}

async function list(options: { app?: string; limit: number; json?: true }): Promise<void> {
  const { app, limit } = options;
  const client = await runningWorld();
  if (app !== undefined) await requireApp(client, app, "list mails");
  const mails = await client.mails({ limit, ...(app === undefined ? {} : { app }) });
  if (options.json) return printJson({ mails });
  if (mails.length === 0) return remark("No mails.");
  print(
    columns(
      mails.map(({ id, sentAt, app: from, resource, to, subject, bytes }) => [
        styled("bold", id),
        styled("dim", sentAt),
        `${from}/${resource}`,
        oneLine(to.join(", "), 60),
        formatBytes(bytes),
        oneLine(subject, 100),
      ]),
    ),
  );
}

async function show(id: string, options: { json?: true }): Promise<void> {
  const mail = await (await runningWorld()).mail(id);
  if (options.json) return printJson(mail);
  const { headers, text, html = "" } = mail;
  for (const header of headers) print(styled("dim", oneLine(header, 500)));
  print();
  const body = text === "" ? html : text;
  print(process.stdout.isTTY ? printable(body) : body);
}
