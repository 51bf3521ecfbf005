// What was given up, with the reason, and a way to try it again.
import type { DeadLetterEntry } from "@faasade/local/control-api";
import { type ReplayRequest, replay } from "../control.ts";
import { count } from "../format.ts";
import { refreshDeadLetters } from "../live.ts";
import { Failure, useAction } from "../parts/action.tsx";
import { Disclosure } from "../parts/disclosure.tsx";
import { Empty, Text, Time } from "../parts/text.tsx";
import { deadCount, deadLetters } from "../state.ts";

export function DeadLetters() {
  const { progress, run } = useAction(async (which: ReplayRequest) => {
    const { replayed } = await replay(which);
    await refreshDeadLetters();
    return replayed;
  });
  const letters = deadLetters.value;
  return (
    <section class="dead-letters" aria-labelledby="dead-title">
      <div class="app-head">
        <h2 id="dead-title">Dead letters</h2>
        {letters.length > 0 && (
          <button type="button" onClick={() => run({})}>
            Replay all
          </button>
        )}
      </div>
      <div role="status">
        {progress.kind === "done" && <p>✓ {count(progress.value, "message")} will be tried again.</p>}
      </div>
      <Failure of={progress} />
      {letters.length === 0 && <Empty>None: no message was given up.</Empty>}
      {deadCount.value > letters.length && letters.length > 0 && (
        <p class="quiet">
          {letters.length} of {deadCount.value} are shown.
        </p>
      )}
      <ul class="keeps">
        {letters.map((letter) => (
          <Letter key={`${letter.queue} ${letter.id}`} letter={letter} run={run} />
        ))}
      </ul>
    </section>
  );
}

interface LetterProps {
  readonly letter: DeadLetterEntry;
  readonly run: (which: ReplayRequest) => Promise<void>;
}

function Letter({ letter, run }: LetterProps) {
  const { queue, id, reason, attempts, deadAt, body, contentType } = letter;
  return (
    <li>
      <h3>{queue}</h3>
      <p class="failure">
        <span aria-hidden="true">✕ </span>
        {reason}
      </p>
      <p class="quiet">
        Given up at <Time at={deadAt} /> after {count(attempts, "attempt")} · <code>{id}</code>
      </p>
      <div class="row">
        <button type="button" class="small" onClick={() => run({ queue, ids: [id] })}>
          Replay<span class="unseen"> {id}</span>
        </button>
      </div>
      <Disclosure
        summary={
          <>
            Message<span class="unseen"> {id}</span> <span class="quiet">{contentType}</span>
          </>
        }
      >
        {() => <Text of={body} label={`Message ${id}`} />}
      </Disclosure>
    </li>
  );
}
