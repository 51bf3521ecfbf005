// The last lines the apps logged, newest first.

import type { LogLine } from "@faasade/local/control-api";
import { computed, signal } from "@preact/signals";
import { placeOf } from "../names.ts";
import { Empty, Time } from "../parts/text.tsx";
import { logs } from "../state.ts";

const levels = ["trace", "debug", "info", "warn", "error", "fatal"];
const shownAtMost = 200;

const least = signal("debug");

const matching = computed(() =>
  logs.value
    .filter(({ level }) => rank(level) >= rank(least.value))
    .slice(-shownAtMost)
    .toReversed(),
);

export function Logs() {
  return (
    <section class="logs" id="logs" aria-labelledby="logs-title" tabIndex={-1}>
      <h2 id="logs-title">Logs</h2>
      <div class="row filters">
        <label>
          At least{" "}
          <select value={least.value} onChange={(event) => (least.value = event.currentTarget.value)}>
            {levels.slice(1, 5).map((level) => (
              <option key={level}>{level}</option>
            ))}
          </select>
        </label>
      </div>
      {matching.value.length === 0 && (
        <Empty>{logs.value.length > 0 ? "No line of this level." : "What functions log appears here."}</Empty>
      )}
      {matching.value.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and the keyboard must reach it
        <ol tabIndex={0} aria-label="Log lines">
          {matching.value.map((line, index) => (
            <Line key={`${logs.value.length - index}`} line={line} />
          ))}
        </ol>
      )}
    </section>
  );
}

function Line({ line }: { readonly line: LogLine }) {
  const fields = Object.keys(line.fields ?? {}).length > 0 ? JSON.stringify(line.fields) : "";
  return (
    <li class={`line ${line.level}`}>
      <Time at={line.time} /> <span class="level">{line.level}</span>{" "}
      <span class="quiet">{placeOf(line)}</span> {line.message} {fields !== "" && <code>{fields}</code>}
    </li>
  );
}

/** A level we do not know is shown rather than hidden. */
function rank(level: string): number {
  const index = levels.indexOf(level.toLowerCase());
  return index === -1 ? levels.length : index;
}
