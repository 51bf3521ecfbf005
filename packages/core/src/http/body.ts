// The body of a request: bytes that are there or still to come, taken whole or in pieces, within a limit.
import { FunctionError } from "../error.ts";

/** Where a body comes from. */
export type BodySource = Uint8Array | IncomingBody | undefined;

/** A body that is still to come, and is read once. */
export interface IncomingBody extends AsyncIterable<Uint8Array> {
  /** All of it, where that takes less than gathering the pieces. @throws {FunctionError} `too_large` past `maxBytes`. */
  whole?(maxBytes: number): Promise<Uint8Array>;
}

/**
 * Refuses unread what says that it is too long.
 * @param declared the field `content-length`.
 * @throws {FunctionError} `too_large` past `maxBytes`.
 */
export function checkLength(body: BodySource, declared: string | null, maxBytes: number): void {
  const length = body instanceof Uint8Array ? body.length : Number(declared);
  if (length > maxBytes) throw bodyTooLarge(maxBytes);
}

/** @throws {FunctionError} `too_large` past `maxBytes`. */
export function readWhole(body: IncomingBody, maxBytes: number): Promise<Uint8Array> {
  return body.whole?.(maxBytes) ?? gather(readPieces(body, maxBytes));
}

/** @throws {FunctionError} `too_large` past `maxBytes`. */
export async function* readPieces(
  body: AsyncIterable<Uint8Array>,
  maxBytes: number,
): AsyncGenerator<Uint8Array, void> {
  let length = 0;
  for await (const piece of body) {
    length += piece.length;
    if (length > maxBytes) throw bodyTooLarge(maxBytes);
    yield piece;
  }
}

export function bodyTooLarge(maxBytes: number): FunctionError {
  return new FunctionError("too_large", `Cannot accept the body: it is larger than ${maxBytes} bytes.`);
}

async function gather(body: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of body) pieces.push(piece);
  return pieces.length === 1 ? (pieces[0] as Uint8Array) : Buffer.concat(pieces);
}
