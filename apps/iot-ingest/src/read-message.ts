// What a message of a device says: readings to keep, and items that cannot be, each with its reason.
import { decodeItem } from "./firmware.ts";
import { measuredAt } from "./measured-at.ts";
import type { Refusal } from "./quarantine.ts";
import type { Limits } from "./resources/limits.ts";
import { normalise } from "./units.ts";
import { unpack } from "./unpack.ts";

export interface Message {
  /** The same at each delivery. */
  readonly id: string;
  /** Who sent it, where that was checked. */
  readonly device: string | undefined;
  readonly receivedAt: number;
  readonly payload: unknown;
}

export interface Reading {
  readonly device: string;
  readonly sequence: number;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly metric: string;
  readonly value: number;
}

export interface Said {
  readonly readings: readonly Reading[];
  readonly refusals: readonly Refusal[];
}

const deviceName = /^[A-Za-z0-9][\w.:-]{0,99}$/;

/** Never throws: whatever cannot be read is refused by itself. `now` is when it is read; it may have waited. */
export function readMessage(message: Message, limits: Limits, now: number): Said {
  const said = { readings: [] as Reading[], refusals: [] as Refusal[] };
  const attempt = (place: string, payload: unknown, read: () => void): void => {
    try {
      read();
    } catch (error) {
      const { id, device = "", receivedAt } = message;
      const reason = (error as Error).message;
      said.refusals.push({ id: `${id}${place}`, device, receivedAt, reason, payload });
    }
  };
  attempt("", message.payload, () => {
    const items = unpack(message.payload);
    if (items.length > limits.maxItems) throw new Error(`it holds more than ${limits.maxItems} readings`);
    for (const [place, item] of items.entries())
      attempt(items.length === 1 ? "" : `#${place}`, item, () =>
        said.readings.push(...readItem(item, message, limits, now)),
      );
  });
  return said;
}

function readItem(payload: unknown, message: Message, limits: Limits, now: number): Reading[] {
  const item = decodeItem(payload);
  const { sequence, values } = item;
  const device = message.device ?? item.device ?? "";
  if (!deviceName.test(device)) throw new Error("nobody says which device it is of");
  if ((item.device ?? device) !== device) throw new Error(`${device} says it is ${item.device}`);
  if (values.length === 0) throw new Error("it measures nothing");
  const at = measuredAt(item.at, { receivedAt: message.receivedAt, now }, limits);
  return values.map(({ metric, value, unit }) => {
    return { device, sequence, at, metric, value: normalise(metric, value, unit) };
  });
}
