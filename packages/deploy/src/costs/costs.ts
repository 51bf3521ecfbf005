// What a deployment costs: idle for a month, and for ten thousand uses, by the price list of its region.
import type { FunctionDescription } from "@faasade/core/adapter";
import type { DeployedResource } from "@faasade/platforms/shared/platform";
import { dueBetween, schedule } from "@faasade/schedules";
import { type Meter, type Price, plain, priceListOf } from "./prices.ts";
import type { StartUsage, Usage } from "./usage.ts";

export const countedUses = 10_000;

export interface CostsRequest {
  readonly platform: string;
  /** Region or location, as the place says it. */
  readonly region: string | undefined;
  readonly functions: readonly FunctionDescription[];
  readonly resources: readonly Pick<DeployedResource, "kind" | "name" | "driver">[];
  readonly usage: Usage | undefined;
}

export interface Costs {
  /** When the prices were written down, and where they hold; absent where the operator's own machines run it. */
  readonly prices?: { readonly region: string; readonly at: string; readonly asked?: string };
  /** A month in which nobody uses it. */
  readonly idle: readonly CostLine[];
  /** Absent where the app does not say what a use is. */
  readonly uses?: { readonly unit: string; readonly count: number; readonly lines: readonly CostLine[] };
  /** What it needs besides, at a price that is not known here. */
  readonly yours: readonly string[];
}

export interface CostLine {
  readonly meter: Meter;
  readonly what: string;
  readonly quantity: number;
  readonly dollars: number;
  readonly known: Price["known"];
  readonly source: string;
}

type Amounts = Partial<Record<Meter, number>>;

const monthMilliseconds = 30 * 86_400_000;
const hoursPerMonth = 30 * 24;
/** A month without a change of clocks in any zone. */
const monthStart = Date.UTC(2026, 0, 5);
/** What the platform itself writes of a start, and some lines of the function's own. */
const logGigabytesPerStart = 1e-6;
const unsaid: StartUsage = { seconds: 0.1 };
/** Lambda asks an empty queue with five pollers, each for 20 s. https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html */
const pollsPerMonth = (5 * monthMilliseconds) / 20_000;

const ownMachines: Readonly<Record<string, string>> = {
  kubernetes: "your cluster, with a process per artefact that runs all the time",
  knative: "your cluster; a service that nobody uses has no process",
  node: "your machine",
};

const broughtAlong: Readonly<Record<string, string>> = {
  pg: "a PostgreSQL database",
  sql: "a PostgreSQL database",
  mqtt: "an MQTT broker",
  smtp: "a mail service that takes SMTP",
};

export function costsOf({ platform, region, functions, resources, usage }: CostsRequest): Costs {
  const needed = resources.flatMap(({ driver }) => broughtAlong[driver] ?? []);
  const own = ownMachines[platform];
  const yours = [...new Set([...(own === undefined ? [] : [own]), ...needed])];
  const list = priceListOf(platform, region);
  if (list === undefined) return { idle: [], yours };
  const perStart = (fn: FunctionDescription): Amounts =>
    amountsOf(fn, usage?.starts[fn.name] ?? unsaid, list.memoryGigabytes);
  const scheduled = functions.filter(({ trigger }) => trigger.kind === "schedule");
  const polled = functions.filter(
    ({ trigger }) => trigger.kind === "message" && trigger.sourceKind === "queue",
  );
  const idle = sum([
    ...scheduled.map((fn) => times(perStart(fn), startsPerMonth(fn))),
    { scheduleMonth: scheduled.length },
    // A namespace for all topics of an app, whether or not anything is sent.
    ...(resources.some(({ driver }) => driver === "service-bus") ? [{ namespaceHour: hoursPerMonth }] : []),
    ...(platform === "aws-lambda" ? [{ message: polled.length * pollsPerMonth }] : []),
  ]);
  const isElsewhere = region !== undefined && plain(region) !== list.region;
  return {
    prices: { region: list.region, at: list.at, ...(isElsewhere ? { asked: region } : {}) },
    idle: linesOf(idle, list.prices),
    ...(usage === undefined
      ? {}
      : { uses: { unit: usage.unit, count: countedUses, lines: linesOf(ofUses(), list.prices) } }),
    yours,
  };

  function ofUses(): Amounts {
    const started = functions.filter(
      ({ name, trigger }) => usage?.starts[name] && trigger.kind !== "schedule",
    );
    const each = started.map((fn) => times(perStart(fn), usage?.starts[fn.name]?.times ?? 1));
    const stored = { storageGigabyteMonth: (usage?.storedMegabytes ?? 0) / 1000 };
    return times(sum([...each, stored]), countedUses);
  }
}

/** In dollars. */
export function total(lines: readonly CostLine[]): number {
  return lines.reduce((dollars, line) => dollars + line.dollars, 0);
}

/** What one start is counted as. */
function amountsOf({ trigger }: FunctionDescription, start: StartUsage, memory: number): Amounts {
  const { seconds, reads = 0, writes = 0, messages = 0 } = start;
  return {
    invocation: 1,
    gigabyteSecond: seconds * memory,
    processorSecond: seconds,
    logGigabyte: logGigabytesPerStart,
    objectRead: reads,
    objectWrite: writes,
    // What starts it is received, and taken away.
    message: messages + (trigger.kind === "message" ? 2 : 0),
    ...(trigger.kind === "http" ? { request: 1 } : {}),
    ...(trigger.kind === "object" ? { event: 1 } : {}),
    ...(trigger.kind === "schedule" ? { scheduleStart: 1 } : {}),
  };
}

function startsPerMonth({ trigger }: FunctionDescription): number {
  if (trigger.kind !== "schedule") return 0;
  const { cron, timeZone } = trigger;
  let starts = 0;
  for (const _ of dueBetween(schedule({ cron, timeZone }), monthStart, monthStart + monthMilliseconds))
    starts += 1;
  return starts;
}

function sum(all: readonly Amounts[]): Amounts {
  const amounts: Amounts = {};
  for (const one of all)
    for (const [meter, amount] of Object.entries(one) as [Meter, number][])
      amounts[meter] = (amounts[meter] ?? 0) + amount;
  return amounts;
}

function times(amounts: Amounts, factor: number): Amounts {
  return Object.fromEntries(Object.entries(amounts).map(([meter, amount]) => [meter, amount * factor]));
}

function linesOf(amounts: Amounts, prices: Readonly<Partial<Record<Meter, Price>>>): CostLine[] {
  return (Object.entries(amounts) as [Meter, number][]).flatMap(([meter, quantity]) => {
    const price = prices[meter];
    if (price === undefined || quantity === 0) return [];
    const { what, known, source } = price;
    return { meter, what, quantity, dollars: (quantity / price.per) * price.dollars, known, source };
  });
}
