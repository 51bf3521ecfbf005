// Where things are on a screen that shows one below the other.
import { deadCount } from "../state.ts";

export function Sections() {
  return (
    <nav class="sections" aria-label="On this page">
      <a href="#apps">Apps</a>
      <a href="#dead-letters">
        Dead letters
        {deadCount.value > 0 && (
          <span class="dead">
            <span aria-hidden="true"> ✕</span> {deadCount.value}
          </span>
        )}
      </a>
      <a href="#events">Events</a>
      <a href="#logs">Logs</a>
    </nav>
  );
}
