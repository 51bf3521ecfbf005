// What goes over the pipe between an app's process and the host: values with their length before them.
import type { Socket } from "node:net";
import { deserialize, serialize } from "node:v8";
import type { DatabaseError, TransactionOptions } from "@faasade/connectors/sql";
import { type ErrorCode, FunctionError } from "@faasade/core";

/**
 * The first frame of a connection, as JSON: what comes before the token is checked is parsed with the least effort.
 * Answered with the address of another pipe where the database is served there.
 */
export interface Hello {
  readonly token: string;
  readonly database: string;
}

/** One transaction at a time per connection; each of these is answered. */
export type Ask =
  | { readonly ask: "begin"; readonly options: TransactionOptions }
  | { readonly ask: "query"; readonly text: string; readonly params: readonly (string | null)[] }
  | { readonly ask: "execute"; readonly script: string }
  | { readonly ask: "copy"; readonly into: string }
  /** A piece of what is copied; none ends it. Each is answered when the next is wanted. */
  | { readonly ask: "bytes"; readonly bytes: Uint8Array | undefined }
  /** The source of what is copied failed. */
  | { readonly ask: "abandon" }
  | { readonly ask: "commit" }
  | { readonly ask: "rollback" };

export type Answer =
  | { readonly ok: true; readonly value: unknown }
  | {
      readonly ok: false;
      readonly code: ErrorCode;
      readonly message: string;
      readonly database?: DatabaseWords;
    };

/** What the database itself said, for whoever wants to tell one constraint from another. */
export type DatabaseWords = Pick<DatabaseError, "message" | "sqlState" | "constraint" | "table">;

/** Answers `copy` and `bytes` when the next piece is wanted. */
export const more = "more";

const headBytes = 4;
const maxHelloBytes = 4 << 10;
const maxFrameBytes = 256 << 20;

export function writeHello(socket: Socket, hello: Hello): void {
  writeBytes(socket, Buffer.from(JSON.stringify(hello)));
}

/** @throws {FunctionError} `too_large` for what the other end would refuse; nothing is written then. */
export function writeFrame(socket: Socket, message: Ask | Answer): void {
  const body = serialize(message);
  if (body.length > maxFrameBytes) {
    const size = `it has ${body.length} bytes, more than ${maxFrameBytes}`;
    throw new FunctionError("too_large", `Cannot send this over the pipe: ${size}. Use stream or copyIn.`);
  }
  writeBytes(socket, body);
}

function writeBytes(socket: Socket, body: Buffer): void {
  const head = Buffer.alloc(headBytes);
  head.writeUInt32BE(body.length);
  socket.cork();
  socket.write(head);
  socket.write(body);
  socket.uncork();
}

/** Frames as they come; nothing is read from the socket before it is wanted. */
export class FrameReader {
  readonly #chunks: AsyncIterator<Buffer>;
  #pending: Buffer[] = [];
  #length = 0;

  constructor(socket: Socket) {
    this.#chunks = socket[Symbol.asyncIterator]();
  }

  /** Undefined when what was sent first is no greeting. */
  async hello(): Promise<Hello | undefined> {
    const body = await this.#body(maxHelloBytes);
    try {
      const { token, database } = JSON.parse(body?.toString() ?? "") as Partial<Hello>;
      return typeof token === "string" && typeof database === "string" ? { token, database } : undefined;
    } catch {
      return undefined;
    }
  }

  /** Undefined at the end of the connection. @throws {Error} for a frame no honest peer would send. */
  async next<Message>(): Promise<Message | undefined> {
    const body = await this.#body(maxFrameBytes);
    return body === undefined ? undefined : (deserialize(body) as Message);
  }

  async #body(maxBytes: number): Promise<Buffer | undefined> {
    const head = await this.#take(headBytes);
    const length = head?.readUInt32BE(0) ?? 0;
    if (length > maxBytes) throw new Error(`A frame of ${length} bytes is too large for the pipe.`);
    return head && this.#take(length);
  }

  async #take(bytes: number): Promise<Buffer | undefined> {
    while (this.#length < bytes) {
      const { value: chunk, done } = await this.#chunks.next();
      if (done) return undefined;
      this.#pending.push(chunk);
      this.#length += chunk.length;
    }
    const joined =
      this.#pending.length === 1 ? this.#pending[0]! : Buffer.concat(this.#pending, this.#length);
    this.#pending = [joined.subarray(bytes)];
    this.#length -= bytes;
    return joined.subarray(0, bytes);
  }
}
