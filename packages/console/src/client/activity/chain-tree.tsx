// Causes above, effects below and further in: a chain as nested lists.
import type { JournalEntry } from "@faasade/local/control-api";
import type { Chain } from "../causes.ts";
import { formatMilliseconds } from "../format.ts";
import { placeOf } from "../names.ts";
import { Outcome, Time } from "../parts/text.tsx";

/** @param current the id the reader came from, marked among the others. */
export function ChainTree({ chain, current }: { readonly chain: Chain; readonly current?: string }) {
  return (
    <ul class="chain" aria-label="Causes and effects">
      <Links chain={chain} current={current} />
    </ul>
  );
}

function Links({ chain, current }: { readonly chain: Chain; readonly current: string | undefined }) {
  return (
    <li>
      <div class={chain.id === current ? "link current" : "link"}>
        {chain.entries.map((entry) => (
          <Happening key={entry.sequence} entry={entry} />
        ))}
      </div>
      {chain.effects.length > 0 && (
        <ul>
          {chain.effects.map((effect) => (
            <Links key={effect.id} chain={effect} current={current} />
          ))}
        </ul>
      )}
    </li>
  );
}

function Happening({ entry }: { readonly entry: JournalEntry }) {
  const { time, title, outcome, attempt, milliseconds, detail } = entry;
  const place = placeOf(entry);
  const facts = [
    place !== title && place,
    attempt !== undefined && `attempt ${attempt}`,
    milliseconds !== undefined && formatMilliseconds(milliseconds),
    detail,
  ];
  return (
    <p>
      <Time at={time} /> <strong>{title}</strong> {outcome !== undefined && <Outcome of={outcome} />}{" "}
      <span class="quiet">{facts.filter(Boolean).join(" · ")}</span>
    </p>
  );
}
