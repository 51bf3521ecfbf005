// Log records as Cloud Logging reads them off standard output: a line of JSON each, with its severity and its trace.
import type { LogLevel, LogRecord } from "@faasade/core/adapter";

/** https://cloud.google.com/logging/docs/reference/v2/rest/v2/LogEntry#LogSeverity */
const severities: Readonly<Record<LogLevel, string>> = {
  debug: "DEBUG",
  info: "INFO",
  warn: "WARNING",
  error: "ERROR",
};

export function writeEntry(record: LogRecord): void {
  process.stdout.write(`${toEntry(record, process.env["GOOGLE_CLOUD_PROJECT"])}\n`);
}

/**
 * One object per line. What cannot be written as JSON must not fail who logs it.
 * https://cloud.google.com/logging/docs/structured-logging#structured_logging_special_fields
 * @param project the id of the project that holds the traces; without one, entries are tied to none.
 */
export function toEntry(record: LogRecord, project: string | undefined): string {
  const { time, level, message, function: functionName, invocation, fields } = record;
  const entry = {
    severity: severities[level],
    message,
    time: new Date(time).toISOString(),
    ...(functionName === "" ? {} : { function: functionName }),
    ...(invocation === "" ? {} : { invocation }),
    ...traceFields(record.traceparent, project),
  };
  try {
    return JSON.stringify({ ...entry, ...(fields === undefined ? {} : { fields }) });
  } catch (error) {
    return JSON.stringify({ ...entry, fields: { unreadable: (error as Error).message } });
  }
}

function traceFields(traceparent: string, project: string | undefined): Readonly<Record<string, unknown>> {
  const [, trace, span, flags] = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/.exec(traceparent) ?? [];
  if (trace === undefined || !project) return {};
  return {
    "logging.googleapis.com/trace": `projects/${project}/traces/${trace}`,
    "logging.googleapis.com/spanId": span,
    "logging.googleapis.com/trace_sampled": (Number.parseInt(flags as string, 16) & 1) === 1,
  };
}
