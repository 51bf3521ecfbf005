// Reads a crontab file: what is to be run, when, in which zone, and who is told.
import type { Cron } from "./cron/cron.ts";
import { parseCron } from "./cron/parse.ts";
import { ScheduleError } from "./error.ts";
import { zoneOf } from "./zone.ts";

export interface Crontab {
  readonly entries: readonly CrontabEntry[];
  /** Lines that cannot be read. While there is one, run nothing: what stands below it may mean another zone. */
  readonly problems: readonly CrontabProblem[];
}

export interface CrontabEntry {
  /** The first is 1. */
  readonly line: number;
  readonly cron: Cron;
  /** What `CRON_TZ` says above the line. */
  readonly timeZone: string;
  /** Up to the first `%`; `\%` is a percent sign. */
  readonly command: string;
  /** What follows the first `%`, with a line break for each further one. */
  readonly input?: string;
  /** `MAILTO`: undefined when nothing is said above the line, empty for nobody. */
  readonly mailTo?: readonly string[];
  /** `RANDOM_DELAY`: a run begins up to this much later. */
  readonly randomDelayMinutes: number;
  /** Every variable set above the line, those of cron itself included. */
  readonly environment: Readonly<Record<string, string>>;
}

export interface CrontabProblem {
  readonly line: number;
  readonly text: string;
  readonly reason: string;
}

const maxLength = 1 << 20;
const mostDelayMinutes = 1440;

/**
 * Blank lines and comments, `NAME = value`, and jobs of five fields or a macro with a command behind. There are no
 * comments at the end of a line, and no user name before a command.
 * @param options.timeZone holds until `CRON_TZ` says another; UTC unless given.
 * @throws {ScheduleError} for a file of more than a million characters, and for a zone that is none.
 * @see https://man7.org/linux/man-pages/man5/crontab.5.html
 */
export function parseCrontab(text: string, options: { timeZone?: string } = {}): Crontab {
  if (text.length > maxLength)
    throw new ScheduleError(
      `Cannot read a crontab of ${text.length} characters: at most ${maxLength} are allowed.`,
    );
  const entries: CrontabEntry[] = [];
  const problems: CrontabProblem[] = [];
  const variables = new Map<string, string>();
  zoneOf(options.timeZone ?? "UTC");
  for (const [index, written] of text.split(/\r?\n/).entries()) {
    const line = index + 1;
    const found = written.trim();
    if (found === "" || found.startsWith("#")) continue;
    try {
      const set = /^([A-Za-z_]\w*)\s*=\s*(.*)$/.exec(found);
      if (set === null) entries.push({ line, ...readJob(found, variables, options.timeZone ?? "UTC") });
      else setVariable(variables, set[1] as string, unquote(set[2] as string));
    } catch (error) {
      if (!(error instanceof ScheduleError)) throw error;
      problems.push({ line, text: found, reason: error.message });
    }
  }
  return { entries, problems };
}

function setVariable(variables: Map<string, string>, name: string, value: string): void {
  if (name === "CRON_TZ") zoneOf(value);
  const delay = Number(value);
  if (name === "RANDOM_DELAY" && !(/^\d+$/.test(value) && delay <= mostDelayMinutes))
    throw new ScheduleError(
      `Cannot use RANDOM_DELAY=${value}: it is whole minutes from 0 to ${mostDelayMinutes}.`,
      { found: value },
    );
  variables.set(name, value);
}

function readJob(
  text: string,
  variables: ReadonlyMap<string, string>,
  timeZone: string,
): Omit<CrontabEntry, "line"> {
  const [, time = "", rest = ""] = /^(@\S+|\S+\s+\S+\s+\S+\s+\S+\s+\S+)(?:\s+(.*))?$/.exec(text) ?? [];
  const cron = parseCron(time === "" ? text : time);
  const [command, input] = splitAtPercent(rest);
  if (command.trim() === "")
    throw new ScheduleError(`Cannot run "${text}": there is no command behind the schedule.`, {
      found: text,
    });
  const mailTo = variables.get("MAILTO");
  return {
    cron,
    timeZone: variables.get("CRON_TZ") ?? timeZone,
    command: command.trim(),
    ...(input === undefined ? {} : { input }),
    ...(mailTo === undefined
      ? {}
      : {
          mailTo: mailTo
            .split(",")
            .map((one) => one.trim())
            .filter(Boolean),
        }),
    randomDelayMinutes: Number(variables.get("RANDOM_DELAY") ?? 0),
    environment: Object.fromEntries(variables),
  };
}

/** The command, and the standard input it is given when there is a percent sign that no backslash protects. */
function splitAtPercent(text: string): readonly [command: string, input: string | undefined] {
  const parts = text.split(/(?<!\\)%/).map((part) => part.replaceAll("\\%", "%"));
  const [command = "", ...input] = parts;
  return [command, input.length === 0 ? undefined : input.join("\n")];
}

/** Matching quotes keep white space at the ends. */
function unquote(value: string): string {
  return /^(["'])(.*)\1$/.exec(value)?.[2] ?? value;
}
