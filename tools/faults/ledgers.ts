/** Planted faults of schedules and what is run by them, of rows on their way from a file into database and lake. */
import type { Fault } from "./fault.ts";

const formats = "packages/formats";
const schedules = "packages/schedules";
const cron = "apps/cron-replacement";
const etl = "apps/etl";

export const ledgers: readonly Fault[] = [
  {
    name: "time of day that a spring night swallows",
    file: `${schedules}/src/due.ts`,
    find: `if (skipped === 0 || !makesUp) return false;`,
    replace: `if (skipped === 0 || makesUp) return false;`,
    tests: [`${schedules}/test/dst.test.ts`],
  },
  {
    name: "time of day that an autumn night runs twice",
    file: `${schedules}/src/due.ts`,
    find: `return repeats ? start : Math.max(start, repeatsUntil);`,
    replace: `return start;`,
    tests: [`${schedules}/test/dst.test.ts`],
  },
  {
    name: "paused job that runs",
    file: `${cron}/src/plan.ts`,
    find: `if (state.paused) return decide("paused");`,
    replace: ``,
    tests: [`${cron}/test/steering.test.ts`],
  },
  {
    name: "due time without a row",
    file: `${cron}/src/plan.ts`,
    find: `return { ...state, owed: [...state.owed, row] };`,
    replace: `return state;`,
    tests: [`${cron}/test/overlap.test.ts`],
  },
  {
    name: "quote that is cut where a piece ends",
    file: `${formats}/src/csv/row.ts`,
    find: `return at < length ? broken : unfinished;`,
    replace: `return broken;`,
    tests: [`${formats}/test/csv.test.ts`],
  },
  {
    name: "row with a field too few that passes",
    file: `${formats}/src/csv/read.ts`,
    find: `if (rows.every(fits)) return rows;`,
    replace: `if (rows.some(fits)) return rows;`,
    tests: [`${formats}/test/csv.test.ts`],
  },
  {
    name: "piece that is saved beside the one before",
    file: `${formats}/src/one-ahead.ts`,
    find: `    await this.#saving;
    this.#saving = work`,
    replace: `    this.#saving = work`,
    tests: [`${formats}/test/one-ahead.test.ts`],
  },
  {
    name: "character that is cut where a line is longer than a piece",
    file: `${formats}/src/text.ts`,
    find: `isWhole && !isBegun`,
    replace: `isWhole`,
    tests: [`${formats}/test/text.test.ts`],
    only: "wherever the bytes are cut",
  },
  {
    name: "rows of Parquet that are there many times over",
    file: `${formats}/src/parquet/claims.ts`,
    find: `    packed += sum(`,
    replace: `    packed = sum(`,
    tests: [`${formats}/test/parquet-claims.test.ts`],
  },
  {
    name: "load held though each try gets further",
    file: `${etl}/src/loads.ts`,
    find: `read_rows = \${to}, breaks = 0,`,
    replace: `read_rows = \${to},`,
    tests: [`${etl}/test/operate.test.ts`],
    only: "gets further",
  },
  {
    name: "rows that outlive their load",
    file: `${etl}/src/loads.ts`,
    find: `if (count > 0) await tx.query`,
    replace: `if (count > 9) await tx.query`,
    tests: [`${etl}/test/invariants.test.ts`],
    only: "half way",
  },
  {
    name: "rows that two consumers load",
    file: `${etl}/src/loads.ts`,
    find: ` and read_rows = \${from}`,
    replace: ``,
    tests: [`${etl}/test/invariants.test.ts`],
    only: "two consumers",
  },
  {
    name: "half a file that is published",
    file: `${etl}/src/settle.ts`,
    find: `if (isCut) return`,
    replace: `if (isCut && readRows < 0) return`,
    tests: [`${etl}/test/load.test.ts`],
    only: "is held with",
  },
  {
    name: "commit to the lake that overwrites another",
    file: "packages/connectors/src/lake/table.ts",
    find: `: { ifMatch: found.etag };`,
    replace: `: {};`,
    tests: ["packages/connectors/test/lake/lake.test.ts"],
    only: "loses no change",
  },
  {
    name: "query that reads the machine's files",
    file: "packages/connectors/src/warehouse/duckdb/engine.ts",
    find: `    "set enable_external_access = false",\n`,
    replace: ``,
    tests: ["packages/connectors/test/warehouse/duckdb.test.ts"],
    only: "let out",
  },
  {
    name: "object on a later page that counts as removed",
    file: "packages/local/src/events/poll-store.ts",
    find: `($3::text is null or key <= $3)`,
    replace: `($3::text is null or true)`,
    tests: ["packages/local/test/poll-store.test.ts"],
  },
];
