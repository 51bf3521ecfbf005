// What people type, as values: durations, percentages, numbers, header fields.
import { checkEngine, type EngineKind } from "@faasade/local/engines";
import { InvalidArgumentError } from "commander";

const unitSeconds: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400 };

/** Seconds of `90s`, `5m`, `1h30m`, `2d`, `500ms`; `0` needs no unit. */
export function parseDuration(text: string): number {
  if (text === "0") return 0;
  if (!/^(\d+(\.\d+)?(ms|s|m|h|d))+$/.test(text))
    throw new InvalidArgumentError("Write a duration such as 90s, 5m, 1h30m or 2d.");
  let milliseconds = 0;
  for (const [, number, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g))
    milliseconds += Number(number) * (unitSeconds[unit ?? ""] ?? Number.NaN) * 1000;
  return Math.round(milliseconds) / 1000;
}

/** A probability from 0 to 1 of `20%` or `0.2`. */
export function parseShare(text: string): number {
  const [, number, percent] = /^(\d+(?:\.\d+)?)(%?)$/.exec(text) ?? [];
  const share = Number(number) / (percent === "%" ? 100 : 1);
  if (share >= 0 && share <= 1) return share;
  throw new InvalidArgumentError("Write a share from 0% to 100%, such as 20% or 0.2.");
}

/** A whole number from `least` to `most`. */
export function parseWhole(least: number, most = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (/^\d+$/.test(text) && number >= least && number <= most) return number;
    const range = most === Number.MAX_SAFE_INTEGER ? `${least} or more` : `${least} to ${most}`;
    throw new InvalidArgumentError(`Write a whole number, ${range}.`);
  };
}

/** An amount of money, such as `5` or `2.50`. */
export function parseAmount(text: string): number {
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text);
  throw new InvalidArgumentError("Write an amount of dollars, such as 5 or 2.50.");
}

/** Collects `name: value` of a repeated option. Text that cannot travel in a header field is refused. */
export function parseHeader(
  text: string,
  before: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const [, name, value] = /^([!#$%&'*+.^_`|~\w-]+):[ \t]*([^\r\n\0]*)$/.exec(text) ?? [];
  if (name === undefined || value === undefined)
    throw new InvalidArgumentError('Write a header as "name: value".');
  return { ...before, [name.toLowerCase()]: value };
}

/** A media type as a header field carries it. */
export function parseMediaType(text: string): string {
  if (/^[\w!#$&^.+-]+\/[\w!#$&^.+-]+( *;[\x20-\x7e]*)?$/.test(text)) return text;
  throw new InvalidArgumentError('Write a media type such as "image/png" or "text/html; charset=utf-8".');
}

/** RFC 3339 with a zone, as a clock wants it; UTC in the result. */
export function parseInstant(text: string): string {
  const time = Date.parse(text);
  if (/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/i.test(text) && !Number.isNaN(time))
    return new Date(time).toISOString();
  throw new InvalidArgumentError("Write an instant with its zone, such as 2026-03-29T02:30:00Z.");
}

/** Collects `name=value` of a repeated option. */
export function parseChoice(
  text: string,
  before: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const [, name, value] = /^([^=]+)=([^=]+)$/.exec(text) ?? [];
  if (name === undefined || value === undefined) throw new InvalidArgumentError("Write it as name=value.");
  return { ...before, [name]: value };
}

/** The URL of a real engine for a kind of resource. */
export function parseEngine(kind: EngineKind): (url: string) => string {
  return (url) => {
    try {
      return checkEngine(kind, url);
    } catch (error) {
      throw new InvalidArgumentError((error as Error).message);
    }
  };
}
