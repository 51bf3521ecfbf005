// Damages JSON, the same way for the same seed.

/** How much of it an adapter is sent: all of it in the strict mode of CI, elsewhere its beginning. */
export const damagedCount = process.env["FAASADE_STRICT"] === "1" ? 100_000 : 5_000;

export type Random = () => number;

/** Mulberry32: small, fast, and the same on every machine. */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const strange: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  1e308,
  "",
  " ",
  "%",
  "%zz",
  "+",
  "a/b",
  "../..",
  "\u0000",
  "\ud800",
  "é😀",
  "__proto__",
  "2.0",
  "1.0",
  "GET",
  "s3:TestEvent",
  "aws:s3",
  "aws:sqs",
  "aws:sns",
  "2026-13-45T99:99:99Z",
  [],
  {},
  [null],
  [[]],
  { a: 1 },
  "x".repeat(300),
  "{",
  "[]",
  "null",
  '{"specversion":"1.0"}',
];

/** The event, itself, with one to four places changed, taken away, doubled, renamed or exchanged. */
export function mutate(event: unknown, random: Random): unknown {
  let mutated = event;
  for (let times = 1 + Math.floor(random() * 4); times > 0; times -= 1) mutated = mutateOnce(mutated, random);
  return mutated;
}

function mutateOnce(event: unknown, random: Random): unknown {
  const places = placesOf(event);
  const place = pick(places, random);
  if (place === undefined || random() < 0.002) return pick(strange, random);
  const { holder, key } = place;
  const value = holder[key];
  switch (Math.floor(random() * 6)) {
    case 0:
      if (Array.isArray(holder)) holder.splice(Number(key), 1);
      else delete holder[key];
      break;
    case 1:
      if (Array.isArray(holder)) holder.push(copy(value));
      else holder[`${key}x`] = value;
      break;
    case 2: {
      const other = pick(places, random);
      if (other !== undefined) holder[key] = copy(other.holder[other.key]);
      break;
    }
    case 3:
      holder[key] = typeof value === "string" ? damage(value, random) : pick(strange, random);
      break;
    case 4:
      holder[key] = typeof value === "object" ? String(value) : [value];
      break;
    default:
      holder[key] = copy(pick(strange, random));
  }
  return event;
}

/** What mutates later must not be what was put in before. */
function copy(value: unknown): unknown {
  return typeof value === "object" && value !== null ? JSON.parse(JSON.stringify(value)) : value;
}

interface Place {
  readonly holder: Record<string, unknown>;
  readonly key: string;
}

function placesOf(value: unknown, places: Place[] = []): Place[] {
  if (typeof value !== "object" || value === null) return places;
  for (const key of Object.keys(value)) {
    places.push({ holder: value as Record<string, unknown>, key });
    placesOf((value as Record<string, unknown>)[key], places);
  }
  return places;
}

function damage(text: string, random: Random): string {
  const at = Math.floor(random() * (text.length + 1));
  const inserted = String.fromCharCode(Math.floor(random() * 256));
  return text.slice(0, at) + (random() < 0.5 ? inserted : "") + text.slice(at + Math.floor(random() * 4));
}

function pick<Value>(values: readonly Value[], random: Random): Value | undefined {
  return values[Math.floor(random() * values.length)];
}
