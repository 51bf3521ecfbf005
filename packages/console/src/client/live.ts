// Follows the host: one stream at a time, opened again after a pause whenever it ends.

import type { JournalEntry, LogLine, World } from "@faasade/local/control-api";
import { effect, untracked } from "@preact/signals";
import { openStream, readDeadLetters, readEntries, readLogs, readWorld } from "./control.ts";
import { readEvents } from "./sse.ts";
import {
  access,
  addEntries,
  addLogs,
  connection,
  deadCount,
  deadLetters,
  forget,
  lastSequence,
  token,
  wallNow,
  world,
} from "./state.ts";

/** The host says something at least every 15 s; a stream that is silent for longer is gone. */
const silenceMilliseconds = 40_000;
const firstPauseMilliseconds = 500;
const longestPauseMilliseconds = 10_000;
/** How long arrivals are gathered before they are drawn. */
const gatherMilliseconds = 80;

let wake: (() => void) | undefined;

/** Follows the world while there is a token, for as long as the page is open. */
export function startLive(): void {
  effect(() => {
    if (token.value === undefined) return;
    const stop = new AbortController();
    untracked(() => {
      forget();
      void follow(stop.signal);
    });
    return () => stop.abort();
  });
  effect(() => {
    if (deadCount.value > 0 || deadLetters.peek().length > 0) void refreshDeadLetters();
  });
  setInterval(() => {
    wallNow.value = Date.now();
  }, 1000);
  addEventListener("online", retryNow);
  document.addEventListener("visibilitychange", retryNow);
}

/** Ends the pause before the next attempt to connect. */
export function retryNow(): void {
  wake?.();
}

let refreshing: Promise<void> | undefined;
let refreshAgain = false;

/** One request at a time; what changes meanwhile is fetched once more after it. */
export function refreshDeadLetters(): Promise<void> {
  refreshAgain = refreshing !== undefined;
  refreshing ??= (async () => {
    try {
      do {
        refreshAgain = false;
        deadLetters.value = await readDeadLetters();
      } while (refreshAgain);
    } catch {
      // The stream notices that the host is gone, and says so.
    } finally {
      refreshing = undefined;
    }
  })();
  return refreshing;
}

async function follow(stop: AbortSignal): Promise<void> {
  let pauseMilliseconds = firstPauseMilliseconds;
  while (!stop.aborted) {
    try {
      await followOnce(stop, () => {
        pauseMilliseconds = firstPauseMilliseconds;
      });
    } catch {
      // Whatever ended the stream, the answer is the same.
    }
    if (stop.aborted || access.value !== "granted") return;
    connection.value = "lost";
    await pause(pauseMilliseconds, stop);
    pauseMilliseconds = Math.min(pauseMilliseconds * 2, longestPauseMilliseconds);
  }
}

async function followOnce(stop: AbortSignal, opened: () => void): Promise<void> {
  const silence = new AbortController();
  let timer = setTimeout(() => silence.abort(), silenceMilliseconds);
  const gathered = gather();
  try {
    if (lastSequence.value === 0) addEntries(await readEntries());
    const body = await openStream(lastSequence.value, AbortSignal.any([stop, silence.signal]));
    const [seen, lines] = await Promise.all([readWorld(), readLogs(), refreshDeadLetters()]);
    if (stop.aborted) return;
    world.value = seen;
    addLogs(lines);
    connection.value = "live";
    opened();
    for await (const event of readEvents(body)) {
      clearTimeout(timer);
      timer = setTimeout(() => silence.abort(), silenceMilliseconds);
      if (stop.aborted) return;
      if (event?.event === "world") world.value = JSON.parse(event.data) as World;
      if (event?.event === "entry") gathered.entry(JSON.parse(event.data) as JournalEntry);
      if (event?.event === "log") gathered.line(JSON.parse(event.data) as LogLine);
    }
  } finally {
    clearTimeout(timer);
    if (!stop.aborted) gathered.flush();
  }
}

/** A burst of hundreds of arrivals is drawn a few times, not hundreds of times. */
function gather() {
  const fresh: JournalEntry[] = [];
  const lines: LogLine[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    addEntries(fresh.splice(0));
    addLogs(lines.splice(0));
  };
  const soon = (): void => {
    timer ??= setTimeout(flush, gatherMilliseconds);
  };
  return {
    entry(one: JournalEntry): void {
      fresh.push(one);
      soon();
    },
    line(one: LogLine): void {
      lines.push(one);
      soon();
    },
    flush,
  };
}

async function pause(milliseconds: number, stop: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const jitter = 0.8 + Math.random() * 0.4;
  const timer = setTimeout(resolve, milliseconds * jitter);
  stop.addEventListener("abort", () => resolve(), { once: true });
  wake = resolve;
  await promise;
  clearTimeout(timer);
  wake = undefined;
}
