// The shapes in which devices say what they measured: one decoder for each generation of their firmware.
import * as v from "valibot";

/** One message of a device, in no matter which shape. */
export interface Item {
  readonly device: string | undefined;
  readonly sequence: number;
  /** As the device says it; undefined: now. */
  readonly at: string | number | undefined;
  readonly values: readonly { readonly metric: string; readonly value: unknown; readonly unit?: string }[];
}

const sequence = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(Number.MAX_SAFE_INTEGER));
const time = v.union([v.number(), v.string()]);

/** Firmware 1: flat, with the unit in the name. */
const first = v.looseObject({ device: v.optional(v.string()), seq: sequence, ts: v.optional(time) });
const firstNames: Readonly<Record<string, readonly [metric: string, unit: string]>> = {
  temp_f: ["temperature", "F"],
  humid: ["humidity", "%"],
  wind_mph: ["wind-speed", "mph"],
  pressure_mb: ["pressure", "mbar"],
  visib_mi: ["visibility", "mi"],
  precip_in: ["precipitation", "in"],
};

/** Firmware 2: values by metric, in its own unit or with another. */
const second = v.object({
  firmware: v.optional(v.literal(2)),
  device: v.optional(v.string()),
  sequence,
  at: v.optional(time),
  values: v.record(v.string(), v.union([v.object({ value: v.unknown(), unit: v.string() }), v.unknown()])),
});

/** @throws {Error} with the reason, when no firmware that is known says it so. */
export function decodeItem(payload: unknown): Item {
  if (v.is(v.looseObject({ seq: v.unknown() }), payload)) return decodeFirst(v.parse(first, payload));
  if (v.is(v.looseObject({ sequence: v.unknown() }), payload)) return decodeSecond(v.parse(second, payload));
  const { firmware } = Object(payload) as { firmware?: unknown };
  throw new Error(
    firmware === undefined
      ? "it has no sequence"
      : `firmware ${JSON.stringify(firmware)} says it in a way that is not known yet`,
  );
}

function decodeFirst({ device, seq, ts, ...rest }: v.InferOutput<typeof first>): Item {
  const values = Object.entries(rest).map(([name, value]) => {
    const known = Object.hasOwn(firstNames, name) ? firstNames[name] : undefined;
    if (known === undefined) throw new Error(`firmware 1 has no field ${JSON.stringify(name)}`);
    return { metric: known[0], value, unit: known[1] };
  });
  return { device, sequence: seq, at: ts, values };
}

function decodeSecond({ device, sequence, at, values }: v.InferOutput<typeof second>): Item {
  return {
    device,
    sequence,
    at,
    values: Object.entries(values).map(([metric, value]) =>
      typeof value === "object" && value !== null
        ? { metric, ...(value as { value: unknown; unit: string }) }
        : { metric, value },
    ),
  };
}
