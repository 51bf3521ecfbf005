// The body of a request: asked for when it is first read, and left in peace when it is not.

import type { IncomingMessage, ServerResponse } from "node:http";
import { FunctionError } from "@faasade/core";

/**
 * The body in pieces. A client that waits for `100 Continue` gets it here, so that what is refused unread is never
 * sent. To stop reading leaves the connection open: the answer still has to go out on it.
 * @throws {FunctionError} `invalid` when the client goes away before the end.
 */
export async function* readBody(
  request: IncomingMessage,
  response: ServerResponse,
): AsyncGenerator<Uint8Array, void> {
  if (request.headers.expect !== undefined && request.httpVersion === "1.1") response.writeContinue();
  try {
    yield* request.iterator({ destroyOnReturn: false }) as AsyncIterableIterator<Uint8Array>;
  } catch (cause) {
    throw new FunctionError("invalid", "Cannot read the body: the connection was lost before its end.", {
      cause,
    });
  }
}

/** Less than Node keeps of a body that nobody reads, so that the next request is reached whoever stopped reading. */
const shortBodyBytes = 32_768;

/** Whether the connection can take another request: what is left of this one has come, or soon will have. */
export function readsOn({ complete, headers }: IncomingMessage): boolean {
  return complete || (Number(headers["content-length"]) <= shortBodyBytes && headers.expect === undefined);
}

const lingerMilliseconds = 5000;

/**
 * Throws away what the client is still sending, for 5 s at most. To close at once would reset the connection, and a
 * client may then never see the answer (RFC 9112, 9.6).
 */
export function discardBody(request: IncomingMessage): Promise<void> {
  return new Promise((resolve) => {
    const { socket } = request;
    if (socket.destroyed) return resolve();
    const done = (): void => {
      clearTimeout(timer);
      request.off("end", done);
      socket.off("close", done);
      resolve();
    };
    const timer = setTimeout(done, lingerMilliseconds);
    request.on("end", done);
    socket.on("close", done);
    request.resume();
  });
}
