// The jobs that a crontab may name, and how their commands are read. A job is a file and a line here.
import type { ObjectReader, ObjectWriter } from "@faasade/connectors/object-store";
import type { Clock, OutboundHttp } from "@faasade/core";
import type { LedgerReader } from "../ledger-reader.ts";
import { probeUptime } from "./probe-uptime.ts";
import { pruneObjects } from "./prune-objects.ts";
import { sendStatistics } from "./send-statistics.ts";

/** What a job may touch. */
export interface JobContext {
  /** Adds a line to its output, which the ledger keeps the end of and the crontab's MAILTO may get. */
  readonly print: (line: string) => void;
  readonly clock: Clock;
  readonly http: OutboundHttp;
  /** Aborts when the run is out of time, or another took its place. */
  readonly signal: AbortSignal;
  /** Where the app is; asked when it is needed. */
  readonly origin: () => string;
  readonly stores: {
    readonly archive: ObjectReader & ObjectWriter;
    readonly runs: ObjectReader & ObjectWriter;
  };
  readonly ledger: LedgerReader;
  /** The names of all jobs of the crontab. */
  readonly jobs: readonly string[];
}

/** A command that was read: what fails does so when it is imported, not at night. */
export type Command = (context: JobContext) => Promise<void>;

export interface JobKind {
  readonly usage: string;
  /** @throws {UsageError} for words that are none of its usage. */
  readonly read: (words: readonly string[]) => Command;
}

const kinds: ReadonlyMap<string, JobKind> = new Map([
  ["prune-objects", pruneObjects],
  ["send-statistics", sendStatistics],
  ["probe-uptime", probeUptime],
]);

/** @throws {Error} for a command that names no job, such as one for a shell, and for wrong words behind its name. */
export function readCommand(line: string): Command {
  const [name = "", ...words] = line.split(/\s+/);
  const kind = kinds.get(name);
  if (kind === undefined)
    throw new Error(
      `"${name}" is no job here, and there is no shell. There are: ${[...kinds.keys()].join(", ")}`,
    );
  try {
    return kind.read(words);
  } catch (error) {
    throw new Error(`${(error as Error).message}. Write: ${kind.usage}`, { cause: error });
  }
}
