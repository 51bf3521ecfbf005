// Small pieces of text that many places share.

import type { JournalEntry } from "@faasade/local/control-api";
import type { ComponentChildren } from "preact";
import { formatClockTime, formatDateTime } from "../format.ts";

/** What stands where there is nothing, and what to do about it. */
export function Empty({ children }: { readonly children: ComponentChildren }) {
  return <p class="empty">{children}</p>;
}

/** The time of day, with the date at hand. */
export function Time({ at }: { readonly at: string }) {
  return (
    <time dateTime={at} title={formatDateTime(at)}>
      {formatClockTime(at)}
    </time>
  );
}

/** A link only where the address is one of the web; else its text. */
export function WebLink({ to, children }: { readonly to: string; readonly children: ComponentChildren }) {
  if (!/^https?:\/\//.test(to)) return <span>{children}</span>;
  return (
    <a href={to} target="_blank" rel="noreferrer">
      {children}
    </a>
  );
}

const outcomes: Readonly<Record<NonNullable<JournalEntry["outcome"]>, { sign: string; word: string }>> = {
  ok: { sign: "✓", word: "ok" },
  retry: { sign: "↻", word: "retry" },
  refused: { sign: "⊘", word: "refused" },
  dead: { sign: "✕", word: "dead" },
};

/** How an attempt ended, by sign, word and colour. */
export function Outcome({ of }: { readonly of: NonNullable<JournalEntry["outcome"]> }) {
  const { sign, word } = outcomes[of];
  return (
    <span class={`outcome ${of}`}>
      <span aria-hidden="true">{sign} </span>
      {word}
    </span>
  );
}

/** JSON laid out to be read; any other text as it is; only the beginning of what is very long. */
export function Text({ of, label }: { readonly of: string; readonly label: string }) {
  const laidOut = pretty(of);
  const shown = laidOut.slice(0, 50_000);
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and the keyboard must reach it */}
      <section class="text" tabIndex={0} aria-label={label}>
        <pre>{shown}</pre>
      </section>
      {shown.length < laidOut.length && <p class="quiet">The first 50,000 characters are shown.</p>}
    </>
  );
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
