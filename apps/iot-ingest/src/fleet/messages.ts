// What three weather stations and a device with a dead battery send, played from a recording.
import { gzipSync } from "node:zlib";
import weather from "./weather.json" with { type: "json" };

export interface FleetMessage {
  readonly device: string;
  readonly payload: unknown;
}

interface Sample {
  readonly sequence: number;
  readonly at: number;
  /** By the recording's columns; what it does not know is left out. */
  readonly values: Readonly<Record<string, number>>;
}

const hour = 3_600_000;

/**
 * The messages of the time from `from` to before `to`, in epoch milliseconds. The same time gives the same messages, so
 * that one that is played twice is kept once.
 * @param speed how many recorded hours pass in an hour.
 */
export function messagesOf(from: number, to: number, speed: number): FleetMessage[] {
  const { ewr, jfk, lga } = weather.stations;
  return [
    ...samplesOf(ewr, from, to, speed).map((sample) => ({ device: "ewr", payload: asFirmware1(sample) })),
    ...listOf("jfk", samplesOf(jfk, from, to, speed).map(asFirmware2)),
    ...listOf("lga", samplesOf(lga, from, to, speed).map(asFirmware2)).map(({ device, payload }) => ({
      device,
      payload: new Uint8Array(gzipSync(JSON.stringify(payload))),
    })),
    { device: "attic", payload: { sequence: 1, at: 12, values: { temperature: 21 } } },
  ];
}

function samplesOf(rows: readonly string[], from: number, to: number, speed: number): Sample[] {
  const step = hour / speed;
  const first = Math.ceil(from / step);
  return Array.from({ length: Math.max(0, Math.ceil(to / step) - first) }, (_, index) => {
    const sequence = first + index;
    const cells = (rows[sequence % rows.length] ?? "").split(",");
    const values = weather.columns.map(
      (column, place) => [column, Number(cells[place] ?? Number.NaN)] as const,
    );
    return {
      sequence,
      at: Math.floor(sequence * step),
      values: Object.fromEntries(values.filter(([, value]) => Number.isFinite(value))),
    };
  });
}

/** Nothing at all is no message. */
function listOf(device: string, payload: readonly unknown[]): FleetMessage[] {
  return payload.length === 0 ? [] : [{ device, payload }];
}

const names: Readonly<Record<string, readonly [flat: string, metric: string, unit: string]>> = {
  temp: ["temp_f", "temperature", "F"],
  humid: ["humid", "humidity", "%"],
  wind_speed: ["wind_mph", "wind-speed", "mph"],
  pressure: ["pressure_mb", "pressure", "mbar"],
  visib: ["visib_mi", "visibility", "mi"],
  precip: ["precip_in", "precipitation", "in"],
};

function asFirmware1({ sequence, at, values }: Sample): object {
  const flat = Object.entries(values).map(([column, value]) => [names[column]?.[0], value]);
  return { seq: sequence, ts: at / 1000, ...Object.fromEntries(flat) };
}

function asFirmware2({ sequence, at, values }: Sample): object {
  const byMetric = Object.entries(values).map(([column, value]) => {
    const [, metric, unit] = names[column] ?? [];
    return [metric, { value, unit }];
  });
  return { firmware: 2, sequence, at: new Date(at).toISOString(), values: Object.fromEntries(byMetric) };
}
