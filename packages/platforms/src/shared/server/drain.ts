// Stops a server without dropping what it has begun.

import type { Server } from "node:http";
import type { Socket } from "node:net";

const sweepMilliseconds = 50;
const longestTimerMilliseconds = 2 ** 31 - 1;

/** Refuses new connections, closes each as it falls idle, and after `seconds` all; resolves when none is left. */
export async function drain(server: Server, connections: Iterable<Socket>, seconds: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  // To Node a connection that has not said anything yet is not idle: it may be about to.
  for (const socket of connections) if (socket.bytesRead === 0) socket.destroy();
  // A reply whose head was sent before could not say `connection: close`.
  const sweep = setInterval(() => server.closeIdleConnections(), sweepMilliseconds);
  const deadline = setTimeout(
    () => server.closeAllConnections(),
    Math.min(seconds * 1000, longestTimerMilliseconds),
  );
  await closed;
  clearInterval(sweep);
  clearTimeout(deadline);
}
