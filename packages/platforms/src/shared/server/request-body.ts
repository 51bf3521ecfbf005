// The body of a request: asked for when it is first read, and left in peace when it is not.

import type { IncomingMessage, ServerResponse } from "node:http";
import { FunctionError } from "@faasade/core";
import { bodyTooLarge, type IncomingBody } from "@faasade/core/adapter";

/**
 * A client that waits for `100 Continue` gets it when the body is first read, so that what is refused unread is never
 * sent. To stop reading leaves the connection open: the answer still has to go out on it. Reading throws `invalid` when
 * the client goes away before the end.
 */
export class RequestBody implements IncomingBody {
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;

  constructor(request: IncomingMessage, response: ServerResponse) {
    this.#request = request;
    this.#response = response;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void> {
    this.#begin();
    try {
      yield* this.#request.iterator({ destroyOnReturn: false }) as AsyncIterableIterator<Uint8Array>;
    } catch (cause) {
      throw lost(cause);
    }
  }

  /** By events: to iterate costs as much as all else that is done for a small request. */
  whole(maxBytes: number): Promise<Uint8Array> {
    this.#begin();
    const request = this.#request;
    return new Promise((resolve, reject) => {
      const pieces: Uint8Array[] = [];
      let length = 0;
      const take = (piece: Uint8Array): void => {
        length += piece.length;
        if (length <= maxBytes) return void pieces.push(piece);
        request.off("data", take).pause();
        reject(bodyTooLarge(maxBytes));
      };
      const loseUnlessRead = (): void => {
        if (!request.readableEnded) reject(lost(request.errored));
      };
      if (request.destroyed) return reject(lost(request.errored));
      request
        .on("data", take)
        .on("end", () => resolve(joined(pieces)))
        .on("close", loseUnlessRead);
    });
  }

  #begin(): void {
    const { headers, httpVersion } = this.#request;
    if (headers.expect !== undefined && httpVersion === "1.1") this.#response.writeContinue();
  }
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  return pieces.length === 1 ? (pieces[0] as Uint8Array) : Buffer.concat(pieces);
}

function lost(cause: unknown): FunctionError {
  return new FunctionError("invalid", "Cannot read the body: the connection was lost before its end.", {
    cause,
  });
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
