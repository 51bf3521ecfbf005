// What the services of a stage log, out of Cloud Logging; followed by asking again for what is newer.
import { setTimeout as pause } from "node:timers/promises";
import type { LogsOptions, StageLogLine } from "../stage.ts";
import type { StageId } from "../target.ts";
import type { Gcloud } from "./gcloud.ts";

interface Entry {
  readonly insertId?: string;
  readonly timestamp?: string;
  readonly severity?: string;
  readonly textPayload?: string;
  readonly jsonPayload?: Readonly<Record<string, unknown>>;
  readonly resource?: { readonly labels?: { readonly service_name?: string } };
}

const mostLines = 1000;
const millisecondsBetween = 3000;
/** Entries may be a little late, and in another order. */
const overlapMilliseconds = 10_000;
const oneHour = 3_600_000;

export async function* logLines(
  gcloud: Gcloud,
  id: StageId,
  { functions, since, follow = false, signal }: LogsOptions,
): AsyncGenerator<StageLogLine> {
  const told = new Set<string>();
  let from = (since?.getTime() ?? Date.now() - oneHour) as number;
  while (!signal?.aborted) {
    const startedAt = Date.now();
    for (const entry of await read(gcloud, id, new Date(from))) {
      const key = entry.insertId ?? JSON.stringify(entry);
      const line = toLine(entry);
      if (told.has(key) || (functions !== undefined && !functions.includes(line.source))) continue;
      told.add(key);
      yield line;
    }
    if (!follow) return;
    from = Math.max(from, startedAt - overlapMilliseconds);
    await pause(millisecondsBetween, undefined, signal === undefined ? {} : { signal }).catch(() => {});
  }
}

async function read(gcloud: Gcloud, id: StageId, since: Date): Promise<readonly Entry[]> {
  const filter = [
    'resource.type="cloud_run_revision"',
    `labels."faasade-deployment"="${id.name}" OR resource.labels.service_name=~"^${id.name}(-.*)?$"`,
    `timestamp>="${since.toISOString()}"`,
    // Requests that were answered have a log of their own, with neither text.
    "textPayload:* OR jsonPayload.message:*",
  ]
    .map((one) => `(${one})`)
    .join(" AND ");
  const args = ["logging", "read", filter, "--order=desc", `--limit=${mostLines}`];
  const entries = await gcloud.json<readonly Entry[]>(args, { to: `read the log of ${id.name}` });
  return entries.toReversed();
}

function toLine({ timestamp = "", severity, textPayload, jsonPayload, resource }: Entry): StageLogLine {
  const name = jsonPayload?.["function"];
  return {
    at: timestamp,
    source: typeof name === "string" ? name : (resource?.labels?.service_name ?? ""),
    text: jsonPayload === undefined ? (textPayload ?? "") : JSON.stringify({ severity, ...jsonPayload }),
  };
}
