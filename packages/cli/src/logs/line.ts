// A line of a log, as people read it.
import type { LogLine } from "@faasade/local/control";
import { printable, styled } from "../output.ts";

export const levels: readonly string[] = ["debug", "info", "warn", "error"];

/** Levels of other libraries count as `info`. */
export function rank(level: string): number {
  const known = levels.indexOf(level);
  return known === -1 ? 1 : known;
}

export function formatLine({ time, level, app, function: name, message, fields }: LogLine): string {
  const who = name === undefined ? app : `${app}/${name}`;
  const colour = level === "error" ? "red" : level === "warn" ? "yellow" : "green";
  const detail = Object.entries(fields ?? {}).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
  return [
    styled("dim", time),
    styled(colour, level.padEnd(5)),
    styled("bold", who),
    printable(message),
    styled("dim", printable(detail.join(" "))),
  ]
    .join(" ")
    .trimEnd();
}
