// How the command speaks: answers on stdout, remarks on stderr, colours on terminals only.
import { stripVTControlCharacters, styleText } from "node:util";

type Format = Parameters<typeof styleText>[0];

export function print(line = ""): void {
  process.stdout.write(`${line}\n`);
}

/** For machines: one line. */
export function printJson(value: unknown): void {
  print(JSON.stringify(value));
}

/** For people who watch, so that stdout stays clean for what the command answers. */
export function remark(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Coloured where stdout is a terminal and `NO_COLOR` does not object. */
export function styled(format: Format, text: string): string {
  return styleText(format, text, { stream: process.stdout });
}

/** What others wrote, made harmless for a terminal: control characters other than tab and line break are spelled out. */
export function printable(text: string): string {
  return text.replaceAll(
    /[^\P{Cc}\t\n]/gu,
    (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
}

/** As much of why an app does not start as tells it whole. */
export const problemLength = 500;

/** On one line, and not longer than `length` characters. */
export function oneLine(text: string, length = 200): string {
  const line = printable(text.replaceAll(/\s+/g, " ").trim());
  return line.length > length ? `${line.slice(0, length - 1)}…` : line;
}

/** Rows with aligned columns; the last column is not padded. */
export function columns(rows: readonly (readonly string[])[], indent = ""): string {
  const widths: number[] = [];
  for (const row of rows)
    for (const [index, cell] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, widthOf(cell));
  const line = (row: readonly string[]): string =>
    row.map((cell, index) => cell + " ".repeat((widths[index] ?? 0) - widthOf(cell))).join("  ");
  return rows.map((row) => `${indent}${line(row)}`.trimEnd()).join("\n");
}

export function formatBytes(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10));
  const value = bytes / 1024 ** power;
  return `${power === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[power]}`;
}

/** Two units at most: `1 d 2 h`, `90 s` as `1 min 30 s`. */
export function formatDuration(milliseconds: number): string {
  const seconds = Math.abs(Math.round(milliseconds / 1000));
  const parts = [
    [Math.floor(seconds / 86_400), "d"],
    [Math.floor(seconds / 3600) % 24, "h"],
    [Math.floor(seconds / 60) % 60, "min"],
    [seconds % 60, "s"],
  ] as const;
  const first = parts.findIndex(([value]) => value > 0);
  if (first === -1) return "0 s";
  const shown = parts.slice(first, first + 2).filter(([value]) => value > 0);
  return `${milliseconds < 0 ? "-" : ""}${shown.map(([value, unit]) => `${value} ${unit}`).join(" ")}`;
}

/** `1 function`, `2 functions`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

function widthOf(cell: string): number {
  return stripVTControlCharacters(cell).length;
}
