// What came out: rows of JSON for programs, or Markdown tables, which also go into README.md between two marks.
import { readFile, writeFile } from "node:fs/promises";
import { cpus, loadavg, totalmem } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Ratio, Row } from "./rounds.ts";

export interface Options {
  readonly json: boolean;
  readonly write: boolean;
  readonly rounds: number;
}

/** A row that may have a goal, on its own ratio or on another one. */
export interface Finding extends Row {
  readonly goal?: Goal;
}

export interface Goal extends Ratio {
  /** What the ratio is of, where it is not the row's own, such as "faasade's lead". */
  readonly of?: string;
  readonly atMost?: number;
  readonly atLeast?: number;
}

export interface Section {
  readonly title: string;
  readonly table: string;
}

const readme = join(import.meta.dirname, "README.md");
const [loadAtStart = 0] = loadavg();

export function readOptions(args: readonly string[], rounds = 15): Options {
  const { values } = parseArgs({
    args: [...args],
    options: { json: { type: "boolean" }, write: { type: "boolean" }, rounds: { type: "string" } },
  });
  const { json = false, write = false } = values;
  const asked = Number(values.rounds ?? rounds);
  if (Number.isSafeInteger(asked) && asked > 0) return { json, write, rounds: asked };
  throw new Error(`Cannot run: --rounds is "${values.rounds}". Give a number of rounds, such as 15.`);
}

/** A line of JSON per row: the verdict on a goal is `reached`. */
export function printFindings(findings: readonly Finding[], unit: string): void {
  for (const { goal, ...row } of findings)
    console.log(
      JSON.stringify({ ...row, unit, ...(goal && { goal: { ...goal, reached: isReached(goal) } }) }),
    );
}

export function findingsTable(findings: readonly Finding[], unit: string): string {
  return markdownTable(
    ["", "× the first row", "min–max", unit, "goal"],
    findings.map(({ name, ratio, min, max, cost, goal }) => [
      name,
      ratio.toFixed(2),
      `${min.toFixed(2)}–${max.toFixed(2)}`,
      cost.toPrecision(3),
      goal === undefined ? "" : verdict(goal),
    ]),
  );
}

export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((_, column) =>
    Math.max(3, ...[head, ...rows].map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    `| ${widths.map((width, column) => (cells[column] ?? "").padEnd(width)).join(" | ")} |`;
  return [line(head), `|${widths.map((width) => "-".repeat(width + 2)).join("|")}|`, ...rows.map(line)].join(
    "\n",
  );
}

/** Prints the sections, and with `write` puts them into README.md between `<!-- name -->` and `<!-- /name -->`. */
export async function publish(name: string, sections: readonly Section[], options: Options): Promise<void> {
  const text = [conditions(), ...sections.map(({ title, table }) => `${title}\n\n${table}`)].join("\n\n");
  if (!options.json) console.log(text);
  if (!options.write) return;
  const [start, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const page = await readFile(readme, "utf8");
  const [before, rest] = page.split(start);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined)
    throw new Error(
      `Cannot write ${readme}: it has no ${start} and ${end}. Put them where the tables belong.`,
    );
  await writeFile(readme, `${before}${start}\n${text}\n${end}${after}`);
}

/** Date, machine, and whether others were at work on it. */
function conditions(): string {
  const [model = "unknown processor"] = cpus().map((cpu) => cpu.model.trim());
  const [loadAtEnd = 0] = loadavg();
  const isBusy = Math.max(loadAtStart, loadAtEnd) > cpus().length;
  const load = `load average ${loadAtStart.toFixed(1)} before, ${loadAtEnd.toFixed(1)} after`;
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`;
  const date = new Date().toISOString().slice(0, 10);
  return `${date}, on a ${isBusy ? "busy" : "quiet"} machine (${load}): ${cpus().length} × ${model}, ${memory}, ${process.platform} ${process.arch}, Node ${process.version}.`;
}

/** As precisely as the table says it. */
function isReached({ ratio, atMost = Number.POSITIVE_INFINITY, atLeast = 0 }: Goal): boolean {
  const said = Math.round(ratio * 100) / 100;
  return said <= atMost && said >= atLeast;
}

function verdict(goal: Goal): string {
  const { of, ratio, min, max, atMost, atLeast } = goal;
  const what = of === undefined ? "" : `${of} ${ratio.toFixed(2)} (${min.toFixed(2)}–${max.toFixed(2)}), `;
  const limit = atMost === undefined ? `≥ ${atLeast?.toFixed(2)}` : `≤ ${atMost.toFixed(2)}`;
  return `${what}${limit}: ${isReached(goal) ? "reached" : "**missed**"}`;
}
