// A body in chunks of one size, for stores that take one chunk after the other; one is in memory at a time.

export interface Chunk {
  readonly bytes: Uint8Array;
  /** The last may be smaller, and empty when the body is. */
  readonly isLast: boolean;
}

export type Chunks = AsyncGenerator<Chunk, void, undefined>;

/** To be ended by its `return` when it is not read to its end, so that the body is. */
export async function* chunksOf(body: AsyncIterable<Uint8Array> | Uint8Array, bytes: number): Chunks {
  let chunk = Buffer.allocUnsafe(bytes);
  let filled = 0;
  for await (const piece of body instanceof Uint8Array ? [body] : body) {
    for (let start = 0; start < piece.length; ) {
      // Only when more comes is a full chunk not the last one.
      if (filled === bytes) {
        yield { bytes: chunk, isLast: false };
        chunk = Buffer.allocUnsafe(bytes);
        filled = 0;
      }
      const taken = Math.min(piece.length - start, bytes - filled);
      chunk.set(piece.subarray(start, start + taken), filled);
      filled += taken;
      start += taken;
    }
  }
  yield { bytes: chunk.subarray(0, filled), isLast: true };
}

/** @throws {Error} when the last was had before. */
export async function nextChunk(chunks: Chunks): Promise<Chunk> {
  const next = await chunks.next();
  if (next.done === true) throw new Error("the upload did not end with the last chunk");
  return next.value;
}
