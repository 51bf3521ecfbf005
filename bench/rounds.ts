// Paired rounds: every contender once per round, in shuffled order, compared within the round; medians are quoted.

export interface Contender {
  readonly name: string;
  /** Does the work once and returns what it cost; CPU milliseconds wherever wall time is noisy. */
  measure(): Promise<number> | number;
}

export interface Ratio {
  /** Median of cost ÷ the other's cost in the same round. */
  readonly ratio: number;
  readonly min: number;
  readonly max: number;
}

export interface Row extends Ratio {
  readonly name: string;
  /** Median cost. */
  readonly cost: number;
}

/** What everyone cost, round by round. */
export type Costs = ReadonlyMap<string, readonly number[]>;

/** Compares all contenders with the first, which is the yardstick. */
export async function compare(contenders: readonly Contender[], rounds = 15): Promise<Row[]> {
  const costs = await measureRounds(contenders, rounds);
  return rowsOf(costs, contenders[0]?.name ?? "");
}

/** Everyone's first measurement is thrown away. */
export async function measureRounds(contenders: readonly Contender[], rounds: number): Promise<Costs> {
  const costs = new Map<string, number[]>(contenders.map(({ name }) => [name, []]));
  for (const { measure } of contenders) await measure();
  for (let round = 0; round < rounds; round += 1) {
    for (const { name, measure } of shuffled(contenders)) costs.get(name)?.push(await measure());
  }
  return costs;
}

export function rowsOf(costs: Costs, yardstick: string): Row[] {
  return [...costs].map(([name, own]) => ({ name, ...ratioOf(costs, name, yardstick), cost: median(own) }));
}

export function ratioOf(costs: Costs, name: string, yardstick: string): Ratio {
  const others = costs.get(yardstick) ?? [];
  const ratios = (costs.get(name) ?? []).map((cost, round) => cost / (others[round] ?? cost));
  return { ratio: median(ratios), min: Math.min(...ratios), max: Math.max(...ratios) };
}

/** CPU time, in milliseconds, that this process spends on `work`. */
export async function cpuMilliseconds(work: () => Promise<void> | void): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

export function printRows(rows: readonly Row[], unit: string, args: readonly string[]): void {
  if (args.includes("--json")) {
    for (const row of rows) console.log(JSON.stringify(row));
    return;
  }
  const width = Math.max(...rows.map(({ name }) => name.length));
  for (const { name, ratio, min, max, cost } of rows) {
    const range = `${min.toFixed(2)}–${max.toFixed(2)}`;
    console.log(`${name.padEnd(width)}  ${ratio.toFixed(2)} × (${range})  ${cost.toFixed(3)} ${unit}`);
  }
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function shuffled<Item>(items: readonly Item[]): Item[] {
  return items
    .map((item) => ({ item, order: Math.random() }))
    .sort((a, b) => a.order - b.order)
    .map(({ item }) => item);
}
