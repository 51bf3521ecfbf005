// Tells those who listen rather than look what has happened: seldom, and in sum.
import { effect, signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { count } from "../format.ts";
import { connection, entries, lastSequence } from "../state.ts";

const quietMilliseconds = 5000;

const announcement = signal("");

export function Announcer() {
  useEffect(() => {
    let heard: number | undefined;
    // What the page begins with has not happened just now.
    const stop = effect(() => {
      if (connection.value === "live") heard ??= lastSequence.peek();
    });
    const announce = (): void => {
      const fresh = entries.peek().filter(({ sequence }) => heard !== undefined && sequence > heard);
      const dead = fresh.filter(({ outcome }) => outcome === "dead").length;
      if (fresh.length > 0) {
        announcement.value = `${count(fresh.length, "new event")}${dead > 0 ? `, ${dead} given up` : ""}`;
      }
      if (heard !== undefined) heard = lastSequence.peek();
    };
    const timer = setInterval(announce, quietMilliseconds);
    return () => {
      clearInterval(timer);
      stop();
    };
  }, []);
  return (
    <div class="unseen" aria-live="polite">
      {announcement}
    </div>
  );
}
