// The live view: server-sent events for what the world is, what happens in it, and what it logs.
import type { World } from "../world.ts";
import { worldState } from "./answers.ts";
import { afterOf } from "./given.ts";
import type { ControlCall } from "./routes.ts";

const worldMilliseconds = 250;
const heartbeatMilliseconds = 15_000;
const replayed = 500;
/** A reader this far behind is cut off, so that it does not fill the host's memory; it reconnects where it was. */
const maxPendingBytes = 8 << 20;

/** Streams until the reader goes away; `after` resumes behind the last entry it saw. */
export async function streamWorld(
  world: World,
  { query, request, response }: ControlCall,
): Promise<undefined> {
  const after = afterOf(query, request.headers["last-event-id"]?.toString());
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
  const send = (event: string, data: unknown, id?: number): void => {
    if (response.writableLength > maxPendingBytes) response.destroy();
    else
      response.write(
        `${id === undefined ? "" : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`,
      );
  };
  let timer: NodeJS.Timeout | undefined;
  const sendWorld = async (): Promise<void> => {
    const state = await worldState(world);
    timer = undefined;
    send("world", state);
  };
  const changed = (): void => {
    timer ??= setTimeout(() => sendWorld().catch(() => response.destroy()), worldMilliseconds);
  };
  await sendWorld();
  if (response.destroyed) return undefined;
  for (const entry of world.journal.entries({ after, limit: replayed })) send("entry", entry, entry.sequence);
  const stops = [
    world.journal.onEntry((entry) => {
      send("entry", entry, entry.sequence);
      changed();
    }),
    world.logs.onLine((line) => send("log", line)),
    world.onChange(changed),
  ];
  const heartbeat = setInterval(() => response.write(": still here\n\n"), heartbeatMilliseconds);
  response.on("close", () => {
    for (const stop of stops) stop();
    clearInterval(heartbeat);
    clearTimeout(timer);
  });
  return undefined;
}
