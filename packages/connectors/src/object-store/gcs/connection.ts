// The JSON API of Cloud Storage: requests signed in by the platform's identity, and made again where that is safe.
import { setTimeout as pause } from "node:timers/promises";
import type { GoogleAccount } from "../../shared/google/credentials.ts";
import { GoogleTokens } from "../../shared/google/tokens.ts";
import { GcsError } from "./failure.ts";
import type { GcsTarget } from "./target.ts";

export interface GcsRequest {
  readonly method?: "GET" | "POST" | "PUT" | "DELETE";
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** Statuses beside 2xx that the caller reads. */
  readonly expect?: readonly number[];
  /** Not made again: the caller finds out what became of it. */
  readonly once?: boolean;
}

const tries = 4;
const firstPauseMilliseconds = 200;
/** https://cloud.google.com/storage/docs/retry-strategy */
const passingStatuses: readonly number[] = [408, 429, 500, 502, 503, 504];

export class GcsConnection {
  readonly #target: GcsTarget;
  readonly #tokens = new GoogleTokens();

  constructor(target: GcsTarget) {
    this.#target = target;
  }

  /**
   * Every request here comes to the same when it is made twice: reads, deletions, and writes of a whole object.
   * @throws {GcsError} for every status that is not expected.
   */
  async request(url: string, { expect = [], once = false, ...request }: GcsRequest = {}): Promise<Response> {
    for (let left = once ? 1 : tries; ; left -= 1) {
      const reply = await this.#send(url, request).catch((error: Error) => {
        if (left <= 1) throw withCause(error);
        return undefined;
      });
      if (reply !== undefined && (reply.ok || expect.includes(reply.status))) return reply;
      if (reply !== undefined && (left <= 1 || !passingStatuses.includes(reply.status)))
        throw await GcsError.of(reply);
      await reply?.body?.cancel();
      await pause(firstPauseMilliseconds * 2 ** (tries - left) * (0.5 + Math.random()));
    }
  }

  account(): Promise<GoogleAccount> {
    return this.#tokens.account();
  }

  /** The URL of a bucket's objects, or of one. */
  objectsUrl(name?: string): string {
    const { endpoint, bucket } = this.#target;
    return `${endpoint}/storage/v1/b/${bucket}/o${name === undefined ? "" : `/${encodeURIComponent(name)}`}`;
  }

  uploadUrl(): string {
    const { endpoint, bucket } = this.#target;
    return `${endpoint}/upload/storage/v1/b/${bucket}/o`;
  }

  async #send(url: string, { method = "GET", headers = {}, body }: GcsRequest): Promise<Response> {
    const all = new Headers({ ...headers });
    if (!this.#target.isEmulator) {
      all.set("authorization", `Bearer ${await this.#tokens.token()}`);
    }
    return fetch(url, {
      method,
      headers: all,
      ...(body === undefined ? {} : { body: body as Uint8Array<ArrayBuffer> }),
    });
  }
}

/** What fetch throws says no more than that it failed. */
function withCause(error: Error): Error {
  const { cause } = error as { cause?: { message?: string; code?: string } };
  if (cause === undefined) return error;
  return new Error(cause.message || cause.code || error.message, { cause: error });
}
