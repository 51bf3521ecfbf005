// The clock functions see: it runs, and it can be moved ahead to see what falls due.
import type { ClockState } from "@faasade/local/control-api";
import { type ClockChange, setClock } from "../control.ts";
import { formatAhead, formatDateTime } from "../format.ts";
import { Failure, useAction } from "../parts/action.tsx";
import { world, worldNow } from "../state.ts";

export function ClockControl({ clock }: { readonly clock: ClockState }) {
  const { progress, run } = useAction(async (change: ClockChange) => {
    const moved = await setClock(change);
    if (world.value !== undefined) world.value = { ...world.value, clock: moved };
  });
  const ahead = formatAhead(clock.aheadMilliseconds);
  return (
    <section class="clock" aria-labelledby="clock-title">
      <h2 id="clock-title">Clock</h2>
      <p>
        <time dateTime={new Date(worldNow.value).toISOString()}>{formatDateTime(worldNow.value)}</time>
        {ahead !== "" && <span class="ahead">{ahead}</span>}
      </p>
      <div class="row">
        <button type="button" class="small" onClick={() => run({ advanceSeconds: 3600 })}>
          +1 h<span class="unseen">: advance the clock</span>
        </button>
        <button type="button" class="small" onClick={() => run({ advanceSeconds: 86_400 })}>
          +1 day<span class="unseen">: advance the clock</span>
        </button>
        <button type="button" class="small" disabled={ahead === ""} onClick={() => run({ reset: true })}>
          Reset<span class="unseen"> the clock</span>
        </button>
      </div>
      <Failure of={progress} />
    </section>
  );
}
