// COPY over a connection of `pg`, which leaves the sending to whoever asks for it.
import type { Connection, Submittable } from "pg";
import { Breath } from "./breath.ts";

/** What `pg` has for COPY and its type declarations leave out. */
interface CopyConnection extends Connection {
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
  sendCopyFail(message: string): void;
}

/** Bytes that may wait in the socket: more than its own mark, at which each piece would wait for a turn of the event loop. */
const mostUnsent = 1 << 20;

/**
 * Sends bytes as fast as the socket takes them, and stops as soon as the database refuses one. Made for this instead
 * of taking a stream from elsewhere, because a refusal has to end an endless source too.
 */
export class CopyIn implements Submittable {
  /** The number of rows. */
  readonly done: Promise<number>;
  readonly #statement: string;
  readonly #bytes: AsyncIterable<Uint8Array>;
  readonly #resolve: (rows: number) => void;
  readonly #reject: (error: unknown) => void;
  readonly #over = Promise.withResolvers<void>();
  // A socket that takes everything at once would never let the database's refusal in.
  readonly #breath = new Breath();
  #isOver = false;
  #rows = 0;

  constructor(statement: string, bytes: AsyncIterable<Uint8Array>) {
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    this.done = promise;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#statement = statement;
    this.#bytes = bytes;
  }

  // What follows is called by `pg`, by these names, as messages of the protocol arrive:
  // https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-COPY

  submit(connection: Connection): void {
    connection.query(this.#statement);
  }

  handleCopyInResponse(connection: CopyConnection): void {
    void this.#send(connection);
  }

  handleCommandComplete({ text }: { readonly text: string }): void {
    const [, rows] = /^COPY (\d+)$/.exec(text) ?? [];
    if (rows !== undefined) this.#rows = Number(rows);
  }

  handleReadyForQuery(): void {
    this.#end();
    this.#resolve(this.#rows);
  }

  handleError(error: unknown): void {
    this.#end();
    this.#reject(error);
  }

  #end(): void {
    this.#isOver = true;
    this.#over.resolve();
  }

  async #send(connection: CopyConnection): Promise<void> {
    try {
      for await (const chunk of this.#bytes) {
        if (this.#isOver) return;
        connection.sendCopyFromChunk(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
        await this.#breath.take();
        await this.#drained(connection);
      }
      if (!this.#isOver) connection.endCopyFrom();
    } catch {
      // The session knows what the source threw; the database answers with an error.
      if (!this.#isOver) connection.sendCopyFail("the source failed");
    }
  }

  async #drained({ stream }: Connection): Promise<void> {
    if (stream.writableLength < mostUnsent) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const resume = () => resolve();
    stream.on("drain", resume);
    await Promise.race([promise, this.#over.promise]);
    stream.off("drain", resume);
  }
}
