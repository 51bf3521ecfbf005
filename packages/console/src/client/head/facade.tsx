// The façade: a house for each app, a window for each function, lit when the function runs.
import type { AppState, FunctionState } from "@faasade/local/control-api";
import { count } from "../format.ts";

const columns = 3;
const pitch = 14;
const eaves = 14;
const scale = 1.5;

export function Facade({ apps }: { readonly apps: readonly AppState[] }) {
  if (apps.length === 0) return null;
  return (
    <nav class="facade" aria-label="Apps">
      <ul>
        {apps.map((app) => (
          <li key={app.name}>
            <a href={`#app-${app.name}`}>
              <House app={app} />
              <span>{app.name}</span>
              <span class="quiet">
                {app.state === "ready" ? count(app.functions.length, "function") : app.state}
              </span>
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function House({ app }: { readonly app: AppState }) {
  const rows = Math.max(1, Math.ceil(app.functions.length / columns));
  const wide = Math.min(Math.max(app.functions.length, 2), columns) * pitch + 6;
  const high = eaves + rows * pitch + 4;
  return (
    <svg
      class={`house ${app.state}`}
      viewBox={`0 0 ${wide} ${high}`}
      width={wide * scale}
      height={high * scale}
      aria-hidden="true"
    >
      <path class="wall" d={`M1 ${eaves} L${wide / 2} 1 L${wide - 1} ${eaves} V${high - 1} H1 Z`} />
      {app.functions.map((fn, index) => (
        <Window
          key={fn.name}
          fn={fn}
          x={6 + (index % columns) * pitch}
          y={eaves + 2 + Math.floor(index / columns) * pitch}
        />
      ))}
    </svg>
  );
}

/** Drawn anew with each invocation, so that its light flares up again. */
function Window({ fn, x, y }: { readonly fn: FunctionState; readonly x: number; readonly y: number }) {
  const name = fn.invocations === 0 ? "window" : "window lit";
  return <path key={fn.invocations} class={name} d={`M${x} ${y + 11} v-7 a4 4 0 0 1 8 0 v7 z`} />;
}
