// faasade sql: one statement in a database of an app, or in the world's own.
import type { Command } from "commander";
import { addExamples } from "../help.ts";
import { runningWorld } from "../here.ts";
import { readGiven } from "../input.ts";
import { columns, count, oneLine, print, printJson, remark, styled } from "../output.ts";

export default function defineSql(command: Command): void {
  command
    .argument(
      "<database>",
      'app/database, its name alone where that is unique, or "world" for queues and journal',
    )
    .argument("<query>", "one statement; $1, $2 … stand for the parameters; @file reads a file, - stdin")
    .argument("[params...]", "as text: Postgres reads each as the type it needs there")
    .option("--json", 'for machines: {"rows":[…],"count":…}')
    .action(ask);
  addExamples(command, [
    ["sql shop/orders 'select * from orders where id = $1' 42", ""],
    ["sql world 'select count(*) from journal' --json", ""],
  ]);
}

async function ask(
  database: string,
  query: string,
  params: readonly string[],
  options: { json?: true },
): Promise<void> {
  const text = await readGiven(query);
  const result = await (await runningWorld()).sql(database, text, params);
  if (options.json) return printJson(result);
  const { rows } = result;
  const [first] = rows;
  if (first !== undefined) {
    const names = Object.keys(first);
    const head = names.map((name) => styled("bold", oneLine(name)));
    print(columns([head, ...rows.map((row) => names.map((name) => cell(row[name])))]));
  }
  remark(count(result.count, "row"));
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return "";
  return oneLine(typeof value === "object" ? JSON.stringify(value) : String(value), 120);
}
