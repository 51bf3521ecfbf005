// How much waits in a queue: a small bar for the eye, and words for everyone.
import type { QueueState } from "@faasade/local/control-api";

const parts = [
  ["ready", "ready"],
  ["delayed", "delayed"],
  ["inFlight", "in flight"],
  ["dead", "dead"],
] as const;

export function Depth({ of, label }: { readonly of: QueueState; readonly label: string }) {
  const total = parts.reduce((sum, [part]) => sum + of[part], 0);
  let x = 0;
  return (
    <span class="depth">
      <svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
        {total > 0 &&
          parts.map(([part]) => {
            const width = (of[part] / total) * 100;
            x += width;
            return <rect key={part} class={part} x={x - width} width={width} height="6" />;
          })}
      </svg>
      <span>
        <span class="unseen">{label}: </span>
        {parts.map(([part, word], index) => (
          <span key={part} class={of[part] > 0 ? part : "quiet"}>
            {index > 0 && <span class="quiet"> · </span>}
            {part === "dead" && of.dead > 0 && <span aria-hidden="true">✕ </span>}
            {of[part]} {word}
          </span>
        ))}
      </span>
    </span>
  );
}
