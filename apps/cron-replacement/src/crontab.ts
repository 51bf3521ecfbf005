// The jobs of a crontab and of what runs once, or every reason why they cannot be.
import { type ErrorDetail, FunctionError } from "@faasade/core";
import { type CrontabEntry, instantAt, parseCrontab, schedule } from "@faasade/schedules";
import * as v from "valibot";
import type { Job } from "./job.ts";
import { readCommand } from "./jobs/index.ts";

export const maxCrontabBytes = 256 * 1024;

/**
 * @param since when the crontab was written.
 * @throws {FunctionError} `unprocessable` naming each line that cannot be read; none of the others is used then.
 */
export function readCrontab(text: string, since: number): Job[] {
  const { entries, problems } = parseCrontab(text);
  const details: ErrorDetail[] = problems.map(({ line, reason }) => ({
    path: `line ${line}`,
    message: reason,
  }));
  const jobs: Job[] = [];
  for (const entry of entries) {
    try {
      jobs.push({ ...readJob(entry, nameOf(entry, entries)), since });
    } catch (error) {
      details.push({ path: `line ${entry.line}`, message: (error as Error).message });
    }
  }
  const double = jobs.find(({ name }, index) => jobs.findIndex((other) => other.name === name) !== index);
  if (double !== undefined)
    details.push({
      path: "",
      message: `"${double.line}" has the name ${double.name}, as another line: write one line with both times`,
    });
  if (details.length === 0) return jobs;
  const said = details.map(({ path, message }) => `${path}: ${message.replace(/\.$/, "")}`).join("; ");
  throw new FunctionError("unprocessable", `Cannot use the crontab: ${said}.`, { details });
}

/** By its command, so that another time keeps its history; with its words where two lines have the same command. */
function nameOf({ command }: CrontabEntry, entries: readonly CrontabEntry[]): string {
  const first = (text: string): string => text.split(/\s/, 1)[0] ?? "";
  const alike = entries.filter((other) => first(other.command) === first(command));
  const words = alike.length === 1 ? first(command) : command.split(" --", 1)[0];
  return (words ?? "")
    .replaceAll(/[^A-Za-z0-9]+/g, "-")
    .replaceAll(/^-|-$/g, "")
    .slice(0, 80)
    .toLowerCase();
}

function readJob(
  { cron, timeZone, command, mailTo, randomDelayMinutes, environment }: CrontabEntry,
  name: string,
): Omit<Job, "since"> {
  const {
    OVERLAP = "skip",
    MISFIRE = "once",
    CATCH_UP = "10",
    MAIL_ON = "output",
    ALERT_AFTER = "",
  } = environment;
  const alertAfterSeconds = secondsOf(ALERT_AFTER);
  return {
    name,
    when: schedule({ cron, timeZone }),
    line: `${cron.expression} ${command}`,
    command: readCommand(command),
    overlap: oneOf("OVERLAP", OVERLAP, ["skip", "queue", "replace"]),
    misfire: oneOf("MISFIRE", MISFIRE, ["skip", "once", "all"]),
    catchUp: Number(
      oneOf(
        "CATCH_UP",
        CATCH_UP,
        Array.from({ length: 100 }, (_, index) => `${index + 1}`),
      ),
    ),
    randomDelayMinutes,
    mailTo: mailTo ?? [],
    mailOn: oneOf("MAIL_ON", MAIL_ON, ["output", "failure", "never"]),
    ...(alertAfterSeconds === undefined ? {} : { alertAfterSeconds }),
  };
}

function oneOf<const Value extends string>(name: string, given: string, values: readonly Value[]): Value {
  const value = values.find((one) => one === given);
  if (value !== undefined) return value;
  const allowed = values.length > 5 ? `${values[0]} to ${values.at(-1)}` : values.join(", ");
  throw new Error(`${name}=${given} is none of ${allowed}`);
}

const unitSeconds: Readonly<Record<string, number>> = { m: 60, h: 3600, d: 86_400 };

/** `30m`, `26h`, `8d`; nothing for never. */
function secondsOf(text: string): number | undefined {
  if (text === "") return undefined;
  const [, number = "", unit = ""] = /^([1-9]\d{0,3})([mhd])$/.exec(text) ?? [];
  if (number === "") throw new Error(`ALERT_AFTER=${text} is no time such as 30m, 26h or 8d`);
  return Number(number) * (unitSeconds[unit] ?? 0);
}

export const onceSchema = v.strictObject({
  at: v.string(),
  timeZone: v.optional(v.string(), "UTC"),
  command: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(1000)),
  mailTo: v.optional(v.array(v.string()), []),
});

/** A job that runs once. @throws {Error} for a time or a command that is none. */
export function readOnce(id: string, given: v.InferOutput<typeof onceSchema>, since: number): Job {
  const { at, timeZone, command, mailTo } = given;
  return {
    name: `at-${id}`,
    when: { at: instantAt(at, timeZone) },
    since,
    line: `at ${at} ${timeZone} ${command}`,
    command: readCommand(command),
    overlap: "queue",
    misfire: "once",
    catchUp: 1,
    randomDelayMinutes: 0,
    mailTo,
    mailOn: "output",
  };
}
