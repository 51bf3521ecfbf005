// What a stage's pods log, by kubectl logs: each line with its time and its pod.
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import type { LogsOptions, StageLogLine } from "../../stage.ts";
import type { Place, StageId } from "../../target.ts";
import { explain } from "../errors.ts";
import type { Kubectl } from "../kubectl.ts";
import { namespaceOf, selectorOf } from "../place.ts";

/** As the manifests call what runs the functions; beside it, Serving has a proxy. */
const container = "app";
const millisecondsBetween = 2_000;

/** With `follow`, pods that come later are followed too, from the last line on. */
export async function* logLines(
  kubectl: Kubectl,
  id: StageId,
  place: Place,
  { functions, since, follow = false, signal }: LogsOptions,
): AsyncGenerator<StageLogLine> {
  let from = since;
  const seen = new Set<string>();
  for (;;) {
    for await (const line of oneRun(kubectl, id, place, from, follow, signal)) {
      const key = `${line.at} ${line.source} ${line.text}`;
      if (seen.has(key)) continue;
      if (follow) seen.add(key);
      from = new Date(line.at);
      if (functions === undefined || isOf(line, functions)) yield line;
    }
    if (!follow || signal?.aborted) return;
    await pause(millisecondsBetween, undefined, signal === undefined ? {} : { signal }).catch(() => {});
  }
}

async function* oneRun(
  kubectl: Kubectl,
  id: StageId,
  place: Place,
  since: Date | undefined,
  follow: boolean,
  signal: AbortSignal | undefined,
): AsyncGenerator<StageLogLine> {
  const child = kubectl.start([
    "logs",
    `--namespace=${namespaceOf(id, place)}`,
    `--selector=${selectorOf(id)}`,
    `--container=${container}`,
    "--prefix",
    "--timestamps",
    "--tail=-1",
    "--max-log-requests=50",
    "--ignore-errors",
    ...(since === undefined ? [] : [`--since-time=${since.toISOString()}`]),
    ...(follow ? ["--follow"] : []),
  ]);
  const stop = (): void => void child.kill();
  signal?.addEventListener("abort", stop, { once: true });
  let said = "";
  child.stderr?.setEncoding("utf8").on("data", (chunk: string) => (said += chunk));
  const ended = new Promise<number | null>((resolve) => {
    child.once("error", ({ message }) => {
      said += message;
      resolve(1);
    });
    child.once("close", resolve);
  });
  try {
    if (child.stdout) for await (const text of createInterface(child.stdout)) yield* readLine(text);
    const code = await ended;
    if (code !== 0 && !signal?.aborted && !/No resources found/.test(said))
      throw explain(`read the logs of ${id.name}`, said);
  } finally {
    stop();
    signal?.removeEventListener("abort", stop);
  }
}

/** `[pod/shop-5d4f-x2/app] 2026-11-30T21:00:00.123456789Z text`. */
export function* readLine(line: string): Generator<StageLogLine> {
  const [, pod, at, text] = /^\[pod\/([^/]+)\/[^\]]+\] (\S+) (.*)$/.exec(line) ?? [];
  if (pod === undefined || at === undefined || text === undefined) return;
  yield { at: at.replace(/(\.\d{3})\d*Z$/, "$1Z"), source: pod, text };
}

/** A line of the app says its function, and a pod of one function's is called after it. */
function isOf({ text, source }: StageLogLine, functions: readonly string[]): boolean {
  try {
    const { function: name } = JSON.parse(text) as { readonly function?: string };
    if (name) return functions.includes(name);
  } catch {
    // Not every line is a record.
  }
  return functions.some((name) => source.includes(`-${name}-`));
}
