// What can be measured, in which units it comes, and what is too far off to be true.

interface Metric {
  /** The unit in which it is kept. */
  readonly unit: string;
  readonly from: Readonly<Record<string, (value: number) => number>>;
  readonly least: number;
  readonly most: number;
}

const same = (value: number): number => value;
const times =
  (factor: number) =>
  (value: number): number =>
    value * factor;

export const metrics: Readonly<Record<string, Metric>> = {
  temperature: {
    unit: "°C",
    from: { "°C": same, C: same, "°F": fahrenheit, F: fahrenheit, K: (value) => value - 273.15 },
    least: -100,
    most: 100,
  },
  humidity: { unit: "%", from: { "%": same, ratio: times(100) }, least: 0, most: 100 },
  "wind-speed": {
    unit: "m/s",
    from: { "m/s": same, mph: times(0.44704), "km/h": times(1 / 3.6), kn: times(1852 / 3600) },
    least: 0,
    most: 150,
  },
  pressure: {
    unit: "hPa",
    from: { hPa: same, mbar: same, Pa: times(0.01), inHg: times(33.86389) },
    least: 300,
    most: 1200,
  },
  visibility: { unit: "m", from: { m: same, km: times(1000), mi: times(1609.344) }, least: 0, most: 500_000 },
  precipitation: { unit: "mm", from: { mm: same, in: times(25.4) }, least: 0, most: 2000 },
};

/** In the metric's own unit, to six digits behind the point. @throws {Error} with the reason it cannot be. */
export function normalise(metric: string, value: unknown, unit?: string): number {
  const known = Object.hasOwn(metrics, metric) ? metrics[metric] : undefined;
  if (known === undefined) throw new Error(`${JSON.stringify(metric)} is nothing that is measured here`);
  if (typeof value !== "number" || !Number.isFinite(value))
    throw new Error(`${metric} is no number: ${JSON.stringify(value)}`);
  const { from, least, most } = known;
  const convert = Object.hasOwn(from, unit ?? known.unit) ? from[unit ?? known.unit] : undefined;
  if (convert === undefined)
    throw new Error(`${metric} comes in ${Object.keys(from).join(", ")}, not in ${JSON.stringify(unit)}`);
  const converted = Math.round(convert(value) * 1e6) / 1e6;
  if (converted >= least && converted <= most) return converted;
  throw new Error(`${metric} of ${converted} ${known.unit} cannot be`);
}

function fahrenheit(value: number): number {
  return (value - 32) / 1.8;
}
