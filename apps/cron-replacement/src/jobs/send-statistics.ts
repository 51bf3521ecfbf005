// Prints how the jobs did in the last day; the crontab's MAILTO gets it, as it gets all that a job prints.
import type { Run } from "../job.ts";
import type { JobKind } from "./index.ts";

const dayMilliseconds = 86_400_000;
const columns = ["job", "ok", "failed", "interrupted", "skipped", "missed", "median", "longest"] as const;

export const sendStatistics: JobKind = {
  usage: "send-statistics",
  read(words) {
    if (words.length > 0) throw new Error("nothing may follow");
    return async ({ ledger, jobs, clock, signal, print }) => {
      const since = new Date(clock.now() - dayMilliseconds).toISOString();
      const rows: string[][] = [[...columns]];
      for (const job of jobs) {
        signal.throwIfAborted();
        rows.push([job, ...figures(await Array.fromAsync(ledger.runs(job, since)))]);
      }
      print(`Runs since ${since}`);
      const widths = columns.map((_, index) => Math.max(...rows.map((row) => row[index]?.length ?? 0)));
      for (const row of rows)
        print(
          row
            .map((cell, index) =>
              index === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[index] ?? 0),
            )
            .join("  "),
        );
    };
  },
};

function figures(runs: readonly Run[]): string[] {
  const count = (status: Run["status"]): string =>
    String(runs.reduce((sum, run) => sum + (run.status === status ? (run.gap?.count ?? 1) : 0), 0));
  const took = runs
    .flatMap(({ startedAt, endedAt }) =>
      startedAt === undefined || endedAt === undefined ? [] : [Date.parse(endedAt) - Date.parse(startedAt)],
    )
    .sort((a, b) => a - b);
  const milliseconds = (value: number | undefined): string => (value === undefined ? "–" : `${value} ms`);
  return [
    count("ok"),
    count("failed"),
    count("interrupted"),
    count("skipped"),
    count("missed"),
    milliseconds(took[Math.floor((took.length - 1) / 2)]),
    milliseconds(took.at(-1)),
  ];
}
