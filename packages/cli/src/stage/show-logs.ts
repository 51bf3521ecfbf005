// What the functions of a deployed app log, in the form of the local world's lines.
import type { StageLogLine } from "@faasade/deploy";
import type { LogLine } from "@faasade/local/control";
import type { LogsOptions } from "../commands/logs.ts";
import { onInterrupt } from "../interrupt.ts";
import { formatLine, rank } from "../logs/line.ts";
import { print, printJson } from "../output.ts";
import { openStage } from "./open-stage.ts";

export async function showStageLogs(named: string | undefined, options: LogsOptions): Promise<void> {
  const { follow = false, level, limit, json } = options;
  const { ledger, client } = await openStage(options, named);
  const show = (line: LogLine): void => (json ? printJson(line) : print(formatLine(line)));
  const newest: LogLine[] = [];
  try {
    const lines = client.logs(follow ? { follow, signal: onInterrupt() } : {});
    for await (const told of lines) {
      const line = toLogLine(ledger.app, told);
      if (rank(line.level) < rank(level)) continue;
      if (follow) show(line);
      else newest.push(line);
      if (newest.length > limit) newest.shift();
    }
  } finally {
    await client.close();
  }
  if (follow) return;
  if (json) printJson({ lines: newest });
  else for (const line of newest) show(line);
}

const severities: Readonly<Record<string, string>> = { WARNING: "warn", ERROR: "error", CRITICAL: "error" };

/** What functions log is an object of JSON; what else a process prints is told as it is. */
export function toLogLine(app: string, { at, source, text }: StageLogLine): LogLine {
  const { time, level, severity, message, function: name, fields } = recordOf(text);
  if (typeof message !== "string") return { time: at, level: "info", app, function: source, message: text };
  const said =
    typeof level === "string" ? level : (severities[String(severity)] ?? String(severity ?? "info"));
  return {
    time: typeof time === "string" ? time : at,
    level: said.toLowerCase(),
    app,
    function: typeof name === "string" && name !== "" ? name : source,
    message,
    ...(typeof fields === "object" && fields !== null ? { fields: fields as Record<string, unknown> } : {}),
  };
}

function recordOf(text: string): Readonly<Record<string, unknown>> {
  if (!text.startsWith("{")) return {};
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}
