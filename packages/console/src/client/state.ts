// Everything the page knows, as signals: what the host said, and how well we hear it.

import type { DeadLetterEntry, JournalEntry, LogLine, World } from "@faasade/local/control-api";
import { computed, signal } from "@preact/signals";
import { indexCauses } from "./causes.ts";

/** `lost` from the moment a stream ends until another one answers. */
export type Connection = "connecting" | "live" | "lost";

/** How many entries and lines the page holds; older ones are at hand through the command. */
const kept = 1000;

export const token = signal<string | undefined>(undefined);
/** The host did not accept the token: it belongs to an earlier start. */
export const refused = signal(false);
export const access = computed(() =>
  token.value !== undefined ? "granted" : refused.value ? "refused" : "missing",
);

export const connection = signal<Connection>("connecting");
export const world = signal<World | undefined>(undefined);
/** Oldest first. */
export const entries = signal<readonly JournalEntry[]>([]);
/** Oldest first. */
export const logs = signal<readonly LogLine[]>([]);
export const deadLetters = signal<readonly DeadLetterEntry[]>([]);

export const lastSequence = computed(() => entries.value.at(-1)?.sequence ?? 0);
export const causes = computed(() => indexCauses(entries.value));

/** Ticks once a second, by the wall clock. */
export const wallNow = signal(Date.now());
/** Milliseconds since the epoch, as functions see it. */
export const worldNow = computed(() => wallNow.value + (world.value?.clock.aheadMilliseconds ?? 0));

/** Messages that were given up, in queues and in functions' deliveries. */
export const deadCount = computed(() => {
  const apps = world.value?.apps ?? [];
  const depths = apps.flatMap((app) => [
    ...app.queues,
    ...app.functions.flatMap((fn) => fn.deliveries ?? []),
  ]);
  return depths.reduce((sum, { dead }) => sum + dead, 0);
});

/** Takes each entry once, in the order of the journal: one numbered in a transaction may come after its successors. */
export function addEntries(fresh: readonly JournalEntry[]): void {
  const known = new Map(entries.value.map((entry) => [entry.sequence, entry]));
  const before = known.size;
  for (const entry of fresh) known.set(entry.sequence, known.get(entry.sequence) ?? entry);
  if (known.size === before) return;
  entries.value = [...known.values()].sort((a, b) => a.sequence - b.sequence).slice(-kept);
}

/** Lines carry no number, so what a new connection tells again is known by its content. */
export function addLogs(fresh: readonly LogLine[]): void {
  const known = new Set(logs.value.map(identity));
  const unseen = fresh.filter((line) => !known.has(identity(line)));
  if (unseen.length > 0) logs.value = [...logs.value, ...unseen].slice(-kept);
}

/** Forgets what another start of the host said. */
export function forget(): void {
  world.value = undefined;
  entries.value = [];
  logs.value = [];
  deadLetters.value = [];
  connection.value = "connecting";
}

function identity({ time, level, app, function: fn, message, fields }: LogLine): string {
  return JSON.stringify([time, level, app, fn, message, fields]);
}
