// The public keys of token issuers: fetched when a token needs them, kept per host, used on while an issuer is down.
import type { JSONWebKeySet, LocalJWKSet } from "jose";
import { FunctionError } from "../error.ts";
import type { Host } from "../invoke/host.ts";

type KeyHost = Pick<Host, "clock" | "http">;

const freshMilliseconds = 10 * 60_000;
/** How long keys serve after their last fetch when the issuer does not answer. */
const usableMilliseconds = 24 * 3_600_000;
/** The least time between two fetches, so that tokens with made-up key ids cannot flood the issuer. */
const cooldownMilliseconds = 30_000;
const maxKeySetBytes = 256 * 1024;

const known = new WeakMap<KeyHost, Map<string, IssuerKeys>>();

/** The keys published at `url`; one cache per host and URL. */
export function issuerKeys(url: string, host: KeyHost): IssuerKeys {
  const ofHost = known.get(host) ?? new Map<string, IssuerKeys>();
  known.set(host, ofHost);
  const keys = ofHost.get(url) ?? new IssuerKeys(url, host);
  ofHost.set(url, keys);
  return keys;
}

export class IssuerKeys {
  readonly #url: string;
  readonly #host: KeyHost;
  #keys: LocalJWKSet | undefined;
  #failure: FunctionError | undefined;
  #fetchedAt = Number.NEGATIVE_INFINITY;
  #attemptedAt = Number.NEGATIVE_INFINITY;
  #pending: Promise<void> | undefined;

  constructor(url: string, host: KeyHost) {
    this.#url = url;
    this.#host = host;
  }

  /**
   * Keys at most 10 minutes old, or, while the issuer is down, at most a day.
   * @throws {FunctionError} `unavailable` when there are none.
   */
  async current(): Promise<LocalJWKSet> {
    if (!this.#within(freshMilliseconds, this.#fetchedAt)) await this.#attempt();
    if (this.#keys !== undefined && this.#within(usableMilliseconds, this.#fetchedAt)) return this.#keys;
    throw this.#failure;
  }

  /**
   * For a token whose key is not among the current ones: fetches again, unless that was tried just now.
   * @throws {FunctionError} `unavailable` when the issuer may have newer keys but does not answer.
   */
  async renewed(): Promise<LocalJWKSet> {
    await this.#attempt();
    if (this.#keys !== undefined && this.#failure === undefined) return this.#keys;
    throw this.#failure;
  }

  /** One fetch at a time, which everyone waits for. */
  async #attempt(): Promise<void> {
    if (this.#pending === undefined) {
      if (this.#keys !== undefined && this.#within(cooldownMilliseconds, this.#attemptedAt)) return;
      this.#pending = this.#fetch().finally(() => {
        this.#pending = undefined;
      });
    }
    await this.#pending;
  }

  async #fetch(): Promise<void> {
    const { clock, http } = this.#host;
    this.#attemptedAt = clock.now();
    try {
      const headers = { accept: "application/jwk-set+json, application/json" };
      const limits = { timeoutSeconds: 5, maxReplyBytes: maxKeySetBytes, maxRedirects: 0 };
      const [{ createLocalJWKSet }, reply] = await Promise.all([
        import("./jose.ts"),
        http.fetch(this.#url, { headers, ...limits }),
      ]);
      if (reply.status !== 200) throw new Error(`Its key set was answered with status ${reply.status}.`);
      this.#keys = createLocalJWKSet(reply.json() as JSONWebKeySet);
      this.#fetchedAt = clock.now();
      this.#failure = undefined;
    } catch (cause) {
      const message = `Cannot verify bearer tokens: the issuer's keys are out of reach. ${(cause as Error).message}`;
      this.#failure = new FunctionError("unavailable", message, { cause });
    }
  }

  /** False, too, for a time that lies ahead: clocks are set back. */
  #within(milliseconds: number, since: number): boolean {
    const age = this.#host.clock.now() - since;
    return age >= 0 && age < milliseconds;
  }
}
