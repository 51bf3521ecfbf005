// A deployed app as one works with it: what the commands for the local world do there, they do on a stage.
import type { ObjectReader, ObjectWriter } from "@faasade/connectors/object-store";

export interface StageClient {
  /** The app's origin, without a slash at the end; undefined where it has no http function. */
  readonly url: string | undefined;
  /**
   * The request with what the platform wants of a caller whom it lets through: a signature, a token. Absent where a
   * stage asks for nothing of the kind.
   */
  authorize?(request: Request): Promise<Request>;
  /** A function that is no http function, started with this as its data. */
  invoke(name: string, data: unknown): Promise<StageReply>;
  /** The store behind an `objectStore` of the app, opened by the driver that the stage was built with. */
  store(name: string): Promise<ObjectReader & ObjectWriter>;
  /** Oldest first; with `follow` it goes on until `signal`. */
  logs(options: LogsOptions): AsyncIterable<StageLogLine>;
  deadLetters(): Promise<readonly StageDeadLetter[]>;
  /** Back to where they failed. @returns how many. */
  replay(ids: readonly string[]): Promise<number>;
  close(): Promise<void>;
}

export interface StageReply {
  readonly ok: boolean;
  readonly reply?: unknown;
  readonly error?: { readonly code: string; readonly message: string };
  readonly milliseconds: number;
}

export interface LogsOptions {
  readonly functions?: readonly string[];
  readonly since?: Date;
  readonly follow?: boolean;
  readonly signal?: AbortSignal;
}

export interface StageLogLine {
  /** RFC 3339. */
  readonly at: string;
  /** The function's, or the artefact's where one runs several. */
  readonly source: string;
  readonly text: string;
}

export interface StageDeadLetter {
  readonly id: string;
  /** The function that gave up on it, where that is known. */
  readonly function?: string;
  /** The queue that keeps it, where it is none of a function's own. */
  readonly queue?: string;
  readonly at: string;
  readonly reason: string;
  readonly body: string;
}
