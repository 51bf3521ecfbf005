// One line of the journal; opened, it shows what caused it and what it caused.

import type { JournalEntry } from "@faasade/local/control-api";
import { useSignal } from "@preact/signals";
import { chainThrough } from "../causes.ts";
import { formatMilliseconds } from "../format.ts";
import { placeOf } from "../names.ts";
import { Outcome, Time } from "../parts/text.tsx";
import { causes } from "../state.ts";
import { ChainTree } from "./chain-tree.tsx";

interface EntryRowProps {
  readonly entry: JournalEntry;
  /** It belongs to the chain of the entry pointed at. */
  readonly related: boolean;
  readonly point: (id: string | undefined) => void;
}

export function EntryRow({ entry, related, point }: EntryRowProps) {
  const open = useSignal(false);
  const { id, time, kind, title, outcome, attempt, milliseconds, detail, cause } = entry;
  const place = placeOf(entry);
  const details = `entry-${entry.sequence}`;
  return (
    <li class={`entry ${kind}${related ? " related" : ""}`} onMouseEnter={() => point(id)}>
      <button
        type="button"
        aria-expanded={open.value}
        aria-controls={details}
        onClick={() => (open.value = !open.value)}
        onFocus={() => point(id)}
        onBlur={() => point(undefined)}
      >
        <Time at={time} />
        <span class="kind">{kind}</span>
        <span class="title">
          {cause !== undefined && <span aria-hidden="true">↳ </span>}
          {title}
        </span>
        {outcome !== undefined && <Outcome of={outcome} />}
        <span class="facts">
          {[
            place !== title && place,
            attempt !== undefined && attempt > 1 && `attempt ${attempt}`,
            milliseconds !== undefined && formatMilliseconds(milliseconds),
            detail,
          ]
            .filter(Boolean)
            .join(" · ")}
        </span>
      </button>
      <div id={details} hidden={!open.value}>
        {open.value && (
          <>
            <ChainTree chain={chainThrough(causes.value, id)} current={id} />
            <p class="quiet">
              Id <code>{id}</code>
              {cause !== undefined && !causes.value.entries.has(cause) && (
                <>
                  , caused by <code>{cause}</code>, which is older than this list
                </>
              )}
            </p>
          </>
        )}
      </div>
    </li>
  );
}
