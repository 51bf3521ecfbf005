// faasade sql: one statement in a database of an app, or in the world's own.
import { ControlError } from "@faasade/local/control";
import type { Command } from "commander";
import { refused } from "../exit-code.ts";
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
  checkStatement(text, params);
  const client = await runningWorld();
  const result = await client.sql(database, text, params).catch((error: Error) => explain(database, error));
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

/** @throws {CommandFailure} for what no database needs to be asked about. */
function checkStatement(text: string, params: readonly string[]): void {
  if (text.trim() === "") throw refused("Cannot ask: the statement is empty.");
  if (/^\s*\\/.test(text))
    throw refused(
      "Cannot ask: that is a command of psql, not SQL. Tables are listed by: select * from information_schema.tables",
    );
  const bare = text.replaceAll(/'[^']*'|"[^"]*"|--[^\n]*|\/\*[\s\S]*?\*\/|\$(\w*)\$[\s\S]*?\$\1\$/g, " ");
  const numbers = [...bare.matchAll(/\$(\d+)/g)].map(([, number]) => Number(number));
  const wanted = Math.max(0, ...numbers);
  if (wanted > params.length)
    throw refused(
      `Cannot ask: the statement wants ${count(wanted, "parameter")}, ${params.length} given. Write them behind it: sql <database> '<statement>' <value of $1> …`,
    );
}

/** Postgres and the port speak to programs: what a person can do is said instead. */
function explain(database: string, error: Error): never {
  if (!(error instanceof ControlError)) throw error;
  if (database === "world" && /read-only transaction/.test(error.message))
    throw refused("Cannot change the world's own database: it is read-only, to look at queues and journal.");
  if (/multiple commands/.test(error.message))
    throw refused("Cannot ask two statements at once. Give them one after the other.");
  throw error;
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return "";
  return oneLine(typeof value === "object" ? JSON.stringify(value) : String(value), 120);
}
