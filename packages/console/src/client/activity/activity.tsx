// The last events, newest first: pausable, filtered, each with the chain it belongs to.

import type { JournalEntry } from "@faasade/local/control-api";
import { computed, signal } from "@preact/signals";
import { chainThrough, idsOf } from "../causes.ts";
import { Empty } from "../parts/text.tsx";
import { causes, entries, world } from "../state.ts";
import { EntryRow } from "./entry-row.tsx";

const shownAtOnce = 100;

const paused = signal<readonly JournalEntry[] | undefined>(undefined);
const onlyApp = signal("");
const onlyFailures = signal(false);
const shown = signal(shownAtOnce);
const pointedAt = signal<string | undefined>(undefined);

const matching = computed(() =>
  (paused.value ?? entries.value)
    .filter(({ app }) => onlyApp.value === "" || app === onlyApp.value)
    .filter(({ outcome }) => !onlyFailures.value || (outcome !== undefined && outcome !== "ok"))
    .toReversed(),
);

/** Causes and effects of the entry under the pointer. */
const related = computed(
  () => new Set(pointedAt.value === undefined ? [] : idsOf(chainThrough(causes.value, pointedAt.value))),
);

export function Activity() {
  const visible = matching.value.slice(0, shown.value);
  return (
    <section class="activity" id="events" aria-labelledby="activity-title" tabIndex={-1}>
      <h2 id="activity-title">Events</h2>
      <Filters />
      {visible.length === 0 && <Empty>{emptyText()}</Empty>}
      <ol class="entries" onMouseLeave={() => point(undefined)}>
        {visible.map((entry) => (
          <EntryRow key={entry.sequence} entry={entry} related={related.value.has(entry.id)} point={point} />
        ))}
      </ol>
      {matching.value.length > visible.length && (
        <button type="button" onClick={() => (shown.value += shownAtOnce)}>
          Show older events
        </button>
      )}
    </section>
  );
}

function Filters() {
  const newer =
    paused.value === undefined
      ? 0
      : (entries.value.at(-1)?.sequence ?? 0) - (paused.value.at(-1)?.sequence ?? 0);
  const togglePause = (): void => {
    paused.value = paused.value === undefined ? entries.value : undefined;
  };
  return (
    <div class="row filters">
      <label>
        <span class="unseen">Events of</span>
        <select value={onlyApp.value} onChange={(event) => (onlyApp.value = event.currentTarget.value)}>
          <option value="">Every app</option>
          {world.value?.apps.map(({ name }) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </label>
      <label class="check">
        <input
          type="checkbox"
          checked={onlyFailures.value}
          onChange={(event) => (onlyFailures.value = event.currentTarget.checked)}
        />
        Failures only
      </label>
      <button type="button" class="small" aria-pressed={paused.value !== undefined} onClick={togglePause}>
        {paused.value === undefined ? "Pause" : newer > 0 ? `Paused, ${newer} newer` : "Paused"}
      </button>
    </div>
  );
}

function point(id: string | undefined): void {
  pointedAt.value = id;
}

function emptyText(): string {
  if (entries.value.length > 0) return "No event matches the filters.";
  return "Nothing has happened yet. Open “Try it” below a function, and watch what it causes here.";
}
