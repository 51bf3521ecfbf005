// What the functions of a stage log, out of Application Insights; followed by asking again for what is newer.
import { setTimeout as pause } from "node:timers/promises";
import type { LogsOptions, StageLogLine } from "../stage.ts";
import type { StageId } from "../target.ts";
import type { Az } from "./az.ts";

interface Answer {
  readonly tables: readonly {
    readonly columns: readonly { readonly name: string }[];
    readonly rows: readonly (readonly unknown[])[];
  }[];
}

const mostLines = 1000;
const millisecondsBetween = 5000;
/** Entries are written some minutes late, and in another order. */
const overlapMilliseconds = 300_000;
const oneHour = 3_600_000;

export async function* logLines(
  az: Az,
  id: StageId,
  { functions, since, follow = false, signal }: LogsOptions,
): AsyncGenerator<StageLogLine> {
  const told = new Set<string>();
  let from = since?.getTime() ?? Date.now() - oneHour;
  const insights = await insightsOf(az, id);
  while (!signal?.aborted) {
    const startedAt = Date.now();
    for (const [at = "", source = "", text = "", key = ""] of await read(az, insights, new Date(from))) {
      if (told.has(key) || (functions !== undefined && !functions.includes(source))) continue;
      told.add(key);
      yield { at, source, text };
    }
    if (!follow) return;
    from = Math.max(from, startedAt - overlapMilliseconds);
    await pause(millisecondsBetween, undefined, signal === undefined ? {} : { signal }).catch(() => {});
  }
}

async function insightsOf(az: Az, id: StageId): Promise<string> {
  const args = [
    ...["resource", "list", "--tag", `faasade-deployment=${id.name}`],
    ...["--query", "[?type=='Microsoft.Insights/components'].id | [0]", "--output", "tsv"],
  ];
  const found = (await az.run(args, { to: `look for the log of ${id.name}` })).trim();
  if (found !== "") return found;
  throw new Error(
    `Cannot read the log of ${id.name}: no Application Insights carries the stage's tag. Deploy again.`,
  );
}

async function read(az: Az, insights: string, since: Date): Promise<readonly string[][]> {
  const query = [
    "union traces, exceptions",
    `where timestamp >= datetime(${since.toISOString()})`,
    "project timestamp, operation_Name, text = coalesce(message, outerMessage, innermostMessage), itemId",
    `top ${mostLines} by timestamp desc`,
  ].join(" | ");
  const args = ["monitor", "app-insights", "query", "--ids", insights, "--analytics-query", query];
  const { tables } = await az.json<Answer>(args, { to: "read the log" });
  return (tables[0]?.rows ?? []).map((row) => row.map(String)).toReversed();
}
