// What the functions of a stage log, out of CloudWatch Logs, in the order of time.
import { setTimeout as pause } from "node:timers/promises";
import type { FilteredLogEvent } from "@aws-sdk/client-cloudwatch-logs";
import { Refusal } from "@faasade/platforms/shared/refusal";
import type { LogsOptions, StageLogLine } from "../stage.ts";
import { explain } from "./failure.ts";
import { functionsOf, type OpenStage } from "./open.ts";

const defaultMilliseconds = 15 * 60 * 1000;
const pollMilliseconds = 2000;
/** CloudWatch takes lines in late; what is older than this is not looked for again. */
const lateMilliseconds = 30_000;

export async function* logsOf(open: OpenStage, options: LogsOptions): AsyncIterable<StageLogLine> {
  const { since, follow = false, signal } = options;
  const groups = groupsOf(open, options.functions);
  const told = new Map<string, number>();
  let from = since?.getTime() ?? Date.now() - defaultMilliseconds;
  for (;;) {
    const found = await Promise.all(groups.map((group) => eventsOf(open, group, from)));
    const lines = found
      .flat()
      .sort((one, other) => (one.event.timestamp ?? 0) - (other.event.timestamp ?? 0));
    for (const { source, event } of lines) {
      const { eventId = "", timestamp = 0, message = "" } = event;
      if (told.has(eventId)) continue;
      told.set(eventId, timestamp);
      yield { at: new Date(timestamp).toISOString(), source, text: message.trimEnd() };
    }
    if (!follow || signal?.aborted) return;
    from = Math.max(from, Date.now() - lateMilliseconds);
    for (const [id, timestamp] of told) if (timestamp < from) told.delete(id);
    await pause(pollMilliseconds, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
    if (signal?.aborted) return;
  }
}

interface Group {
  readonly name: string;
  readonly source: string;
}

/** @throws {Refusal} for a function that is not there. */
function groupsOf(open: OpenStage, asked: readonly string[] | undefined): Group[] {
  const { ledger, stack } = open;
  const runners = functionsOf(open);
  const known = [...runners.values()].flat();
  const unknown = asked?.filter((name) => !known.includes(name)) ?? [];
  if (unknown.length > 0)
    throw new Refusal(
      `Cannot show logs of ${unknown.join(", ")}: ${ledger.app} has no such function. There are: ${known.sort().join(", ")}.`,
    );
  return stack.resources
    .filter(({ type }) => type === "AWS::Logs::LogGroup")
    .flatMap(({ physicalId: name }) => {
      const own = runners.get(name.slice(name.lastIndexOf("/") + 1)) ?? [];
      if (asked !== undefined && !asked.some((one) => own.includes(one))) return [];
      const [only, another] = own;
      return [{ name, source: only !== undefined && another === undefined ? only : ledger.app }];
    });
}

async function eventsOf(
  { aws }: OpenStage,
  { name, source }: Group,
  startTime: number,
): Promise<{ source: string; event: FilteredLogEvent }[]> {
  const { paginateFilterLogEvents } = await import("@aws-sdk/client-cloudwatch-logs");
  const client = await aws.logs();
  const found: { source: string; event: FilteredLogEvent }[] = [];
  try {
    for await (const { events = [] } of paginateFilterLogEvents(
      { client },
      { logGroupName: name, startTime },
    ))
      found.push(...events.map((event) => ({ source, event })));
    return found;
  } catch (error) {
    if ((error as Error).name === "ResourceNotFoundException") return [];
    throw explain(`read the logs of ${source}`, error);
  }
}
