// The host of an app that runs in a process of its own: the system's clock, the environment, and lines of JSON as log.
import {
  createIds,
  createOutboundHttp,
  type Host,
  type LogRecord,
  parseAllowedPrivate,
  type SecretSource,
} from "@faasade/core/adapter";
import type { Artefact } from "./artefact.ts";

export interface ProcessHostOptions {
  /** Default: a line of JSON on standard output. */
  readonly log?: (record: LogRecord) => void;
}

export function processHost(artefact: Artefact, options: ProcessHostOptions = {}): Host {
  const clock = { now: Date.now };
  const configuration = (variable: string): string | undefined => process.env[variable];
  const listed = configuration("OUTBOUND_ALLOW_PRIVATE");
  return {
    clock,
    random: Math.random,
    ids: createIds(clock, Math.random),
    log: options.log ?? writeLine,
    configuration,
    secrets: secretsOf(artefact, { clock, configuration }),
    http: createOutboundHttp(listed === undefined ? {} : { allowPrivate: parseAllowedPrivate(listed) }),
  };
}

/** One object per line, with the time in RFC 3339. What cannot be written as JSON must not fail who logs it. */
export function toLine({ time, fields, ...record }: LogRecord): string {
  const when = new Date(time).toISOString();
  try {
    return JSON.stringify({ time: when, ...record, ...(fields === undefined ? {} : { fields }) });
  } catch (error) {
    return JSON.stringify({ time: when, ...record, fields: { unreadable: (error as Error).message } });
  }
}

/** A record as a line of JSON on standard output. */
export function writeLine(record: LogRecord): void {
  process.stdout.write(`${toLine(record)}\n`);
}

function secretsOf({ app, secrets }: Artefact, options: Pick<Host, "clock" | "configuration">): SecretSource {
  let opened: Promise<SecretSource> | undefined;
  const open = async (): Promise<SecretSource> => {
    if (secrets === undefined)
      throw new TypeError(`Cannot read secrets: the artefact of ${app} carries no source.`);
    const module = await secrets.load();
    return (await module.open(secrets.url ?? "", { name: "secrets", ...options })) as SecretSource;
  };
  return async (name) => {
    opened ??= open().catch((error: unknown) => {
      opened = undefined;
      throw error;
    });
    return (await opened)(name);
  };
}
