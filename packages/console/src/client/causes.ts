// Who caused what: the journal as chains, from an entry up to its first cause and down to its last effect.
import type { JournalEntry } from "@faasade/local/control-api";

export interface Causes {
  /** Everything the journal says of one event or invocation: it arrived, it was tried, it was given up. */
  readonly entries: ReadonlyMap<string, readonly JournalEntry[]>;
  readonly causeOf: ReadonlyMap<string, string>;
  readonly effectsOf: ReadonlyMap<string, readonly string[]>;
}

export interface Chain {
  readonly id: string;
  readonly entries: readonly JournalEntry[];
  readonly effects: readonly Chain[];
}

/** @param entries oldest first; a cause that is not among them ends its chain. */
export function indexCauses(entries: readonly JournalEntry[]): Causes {
  const byId = Map.groupBy(entries, ({ id }) => id);
  const causeOf = new Map<string, string>();
  for (const { id, cause } of entries) {
    if (cause !== undefined && cause !== id && byId.has(cause)) causeOf.set(id, cause);
  }
  const effectsOf = Map.groupBy(causeOf.keys(), (id) => causeOf.get(id) ?? "");
  return { entries: byId, causeOf, effectsOf };
}

/** The first cause that is known. */
export function rootOf(causes: Causes, id: string): string {
  return causesAbove(causes, id)[0] ?? id;
}

/** The causes of `id` one below the other, then `id` with everything that came of it. */
export function chainThrough(causes: Causes, id: string): Chain {
  const below = chainFrom(causes, id);
  return causesAbove(causes, id).reduceRight<Chain>(
    (effect, cause) => ({ id: cause, entries: causes.entries.get(cause) ?? [], effects: [effect] }),
    below,
  );
}

/** `id` with everything that came of it. */
export function chainFrom(causes: Causes, id: string, above: ReadonlySet<string> = new Set()): Chain {
  const path = new Set([...above, id]);
  const effects = (causes.effectsOf.get(id) ?? []).filter((effect) => !path.has(effect));
  return {
    id,
    entries: causes.entries.get(id) ?? [],
    effects: effects.map((effect) => chainFrom(causes, effect, path)),
  };
}

/** The ids of a chain. */
export function idsOf(chain: Chain): string[] {
  return [chain.id, ...chain.effects.flatMap(idsOf)];
}

/** Every entry of a chain, causes before effects. */
export function flatten(chain: Chain): JournalEntry[] {
  return [...chain.entries, ...chain.effects.flatMap(flatten)];
}

/** First cause first, `id` itself left out. A circle, which only a broken journal has, is cut. */
function causesAbove(causes: Causes, id: string): string[] {
  const above: string[] = [];
  const seen = new Set([id]);
  for (
    let cause = causes.causeOf.get(id);
    cause !== undefined && !seen.has(cause);
    cause = causes.causeOf.get(cause)
  ) {
    seen.add(cause);
    above.unshift(cause);
  }
  return above;
}
