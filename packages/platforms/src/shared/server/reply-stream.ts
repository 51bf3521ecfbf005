// A reply's stream with a way to let go of it, for the three kinds a handler may give.

export interface ReplyStream {
  next(): Promise<{ readonly done?: boolean | undefined; readonly value?: Uint8Array | undefined }>;
  /** Frees what the stream holds. May be called at any time and more than once; never throws. */
  readonly release: () => void;
}

/**
 * Begins nothing: a stream that is released before its first piece was asked for never starts.
 * @throws {TypeError} for what is no stream.
 */
export function openStream(stream: AsyncIterable<Uint8Array>): ReplyStream {
  if (typeof stream?.[Symbol.asyncIterator] !== "function")
    throw new TypeError("Cannot send the body: it must be text, bytes or an async iterable of bytes.");
  if ("getReader" in stream) {
    // The body of a web `Response`: only its reader cancels what is waited for; an iterator waits along.
    const reader = (stream as ReadableStream<Uint8Array>).getReader();
    return { next: () => reader.read(), release: () => void reader.cancel().catch(ignore) };
  }
  const iterator = stream[Symbol.asyncIterator]();
  return {
    next: () => iterator.next(),
    release() {
      if ("destroy" in stream) (stream as NodeJS.ReadableStream & { destroy(): void }).destroy();
      // A generator runs its `finally` when what it waits for is there.
      void iterator.return?.().catch(ignore);
    },
  };
}

/** What fails while it is thrown away is nobody's reply. */
function ignore(): void {}
