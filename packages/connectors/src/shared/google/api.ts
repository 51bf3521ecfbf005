// Requests to an API of Google: signed in by the platform's identity, and made again where that is safe.
import { setTimeout as pause } from "node:timers/promises";
import type { GoogleAccount } from "./credentials.ts";
import { GoogleTokens } from "./tokens.ts";

export interface GoogleRequest {
  readonly method?: "GET" | "POST" | "PUT" | "DELETE";
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** Statuses beside 2xx that the caller reads. */
  readonly expect?: readonly number[];
  /** Not made again: the caller finds out what became of it. */
  readonly once?: boolean;
  readonly signal?: AbortSignal;
}

const tries = 4;
const firstPauseMilliseconds = 200;
/** https://cloud.google.com/storage/docs/retry-strategy, https://cloud.google.com/pubsub/docs/reference/error-codes */
const passingStatuses: readonly number[] = [408, 429, 500, 502, 503, 504];

/** An answer of an API that is no success. */
export class GoogleError extends Error {
  override readonly name = "GoogleError";
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }

  static async of(reply: Response): Promise<GoogleError> {
    const text = await reply.text().catch(() => "");
    let said = text.slice(0, 300).trim();
    try {
      const { error } = JSON.parse(text) as { error?: { message?: string } };
      said = error?.message ?? said;
    } catch {
      // Whatever answered, it was not the API.
    }
    return new GoogleError(reply.status, said || `it answers ${reply.status}`);
  }
}

export class GoogleApi {
  readonly #isEmulator: boolean;
  readonly #tokens = new GoogleTokens();

  /** @param target of an emulator: nobody signs in there, so that no token leaves for a server that is not Google's */
  constructor({ isEmulator }: { readonly isEmulator: boolean }) {
    this.#isEmulator = isEmulator;
  }

  /**
   * Every request here may be made twice, unless it is `once`.
   * @throws {GoogleError} for every status that is not expected.
   */
  async request(
    url: string,
    { expect = [], once = false, ...request }: GoogleRequest = {},
  ): Promise<Response> {
    for (let left = once ? 1 : tries; ; left -= 1) {
      const reply = await this.#send(url, request).catch((error: Error) => {
        if (left <= 1 || request.signal?.aborted === true) throw error;
        return undefined;
      });
      if (reply !== undefined && (reply.ok || expect.includes(reply.status))) return reply;
      if (reply !== undefined && (left <= 1 || !passingStatuses.includes(reply.status)))
        throw await GoogleError.of(reply);
      await reply?.body?.cancel();
      await pause(firstPauseMilliseconds * 2 ** (tries - left) * (0.5 + Math.random()));
    }
  }

  account(): Promise<GoogleAccount> {
    return this.#tokens.account();
  }

  async #send(url: string, { method = "GET", headers = {}, body, signal }: GoogleRequest): Promise<Response> {
    const all = new Headers({ ...headers });
    if (!this.#isEmulator) all.set("authorization", `Bearer ${await this.#tokens.token()}`);
    return fetch(url, {
      method,
      headers: all,
      ...(body === undefined ? {} : { body: body as Uint8Array<ArrayBuffer> }),
      ...(signal === undefined ? {} : { signal }),
    }).catch((error: Error) => {
      throw withCause(error);
    });
  }
}

/** What fetch throws says no more than that it failed. */
function withCause(error: Error): Error {
  const { cause } = error as { cause?: { message?: string; code?: string } };
  if (cause === undefined) return error;
  return new Error(cause.message || cause.code || error.message, { cause: error });
}
