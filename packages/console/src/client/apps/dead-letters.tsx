// What was given up, with the reason, and a way to try it again or to be rid of it.
import type { DeadLetterEntry } from "@faasade/local/control-api";
import { discard, type ReplayRequest, replay } from "../control.ts";
import { count } from "../format.ts";
import { refreshDeadLetters } from "../live.ts";
import { Failure, useAction } from "../parts/action.tsx";
import { ConfirmButton } from "../parts/buttons.tsx";
import { Disclosure } from "../parts/disclosure.tsx";
import { Empty, Text, Time } from "../parts/text.tsx";
import { deadCount, deadLetters } from "../state.ts";

export function DeadLetters() {
  const { progress, run } = useAction(async (act: () => Promise<string>) => {
    const done = await act();
    await refreshDeadLetters();
    return done;
  });
  const acts: Acts = {
    replay: (which) =>
      run(async () => `${count((await replay(which)).replayed, "message")} will be tried again.`),
    discard: (which) =>
      run(async () => `${count((await discard(which)).discarded, "message")} discarded for good.`),
  };
  const letters = deadLetters.value;
  return (
    <section class="dead-letters" id="dead-letters" aria-labelledby="dead-title" tabIndex={-1}>
      <div class="app-head">
        <h2 id="dead-title">Dead letters</h2>
        {letters.length > 0 && (
          <span class="row">
            <button type="button" onClick={() => acts.replay({})}>
              Replay all
            </button>
            <ConfirmButton label="Discard all" what="dead letters" onConfirm={() => acts.discard({})} />
          </span>
        )}
      </div>
      <div role="status">{progress.kind === "done" && <p>✓ {progress.value}</p>}</div>
      <Failure of={progress} />
      {letters.length === 0 && <Empty>None: no message was given up.</Empty>}
      {deadCount.value > letters.length && letters.length > 0 && (
        <p class="quiet">
          {letters.length} of {deadCount.value} are shown.
        </p>
      )}
      <ul class="keeps">
        {letters.map((letter) => (
          <Letter key={`${letter.queue} ${letter.id}`} letter={letter} acts={acts} />
        ))}
      </ul>
    </section>
  );
}

type Acts = Readonly<Record<"replay" | "discard", (which: ReplayRequest) => Promise<void>>>;

interface LetterProps {
  readonly letter: DeadLetterEntry;
  readonly acts: Acts;
}

function Letter({ letter, acts }: LetterProps) {
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
        <button type="button" class="small" onClick={() => acts.replay({ queue, ids: [id] })}>
          Replay<span class="unseen"> {id}</span>
        </button>
        <ConfirmButton label="Discard" what={id} onConfirm={() => acts.discard({ queue, ids: [id] })} />
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
