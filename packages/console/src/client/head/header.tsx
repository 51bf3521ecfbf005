// The head of the page: whether the world answers, what time it is there, and what is made to go wrong.
import { retryNow } from "../live.ts";
import { connection, world } from "../state.ts";
import { ChaosControl } from "./chaos.tsx";
import { ClockControl } from "./clock.tsx";

const connectionWords = {
  connecting: { sign: "◌", text: "Connecting…" },
  live: { sign: "●", text: "Live" },
  lost: { sign: "○", text: "Connection lost, trying again…" },
} as const;

export function Header() {
  const { sign, text } = connectionWords[connection.value];
  return (
    <header>
      <div class="brand">
        <h1>
          faasade <span>local world</span>
        </h1>
        <p class={`connection ${connection.value}`}>
          <span role="status">
            <span aria-hidden="true">{sign} </span>
            {text}
          </span>
          {connection.value === "live" && <span class="quiet">{readiness()}</span>}
          {connection.value === "lost" && (
            <button type="button" class="small" onClick={retryNow}>
              Try now
            </button>
          )}
        </p>
      </div>
      {world.value !== undefined && (
        <div class="bend">
          <ClockControl clock={world.value.clock} />
          <ChaosControl chaos={world.value.chaos} />
        </div>
      )}
    </header>
  );
}

function readiness(): string {
  const waiting = (world.value?.apps ?? []).filter(({ state }) => state !== "ready").map(({ name }) => name);
  return waiting.length === 0 ? " · every app answers" : ` · not ready: ${waiting.join(", ")}`;
}
