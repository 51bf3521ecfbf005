// Tokens, kept until shortly before they end; who asks meanwhile waits for the same one.
import { type GoogleAccount, googleAccount } from "./credentials.ts";

/** The metadata server itself gives a new one only in the last five minutes. */
const spareMilliseconds = 240_000;

type AskForToken = (account: GoogleAccount) => Promise<{ readonly token: string; readonly seconds: number }>;

export class GoogleTokens {
  readonly #ask: AskForToken;
  #account: Promise<GoogleAccount> | undefined;
  #token: Promise<string> | undefined;
  #until = 0;

  /** @param ask default: tokens for Google's own services */
  constructor(ask: AskForToken = (account) => account.accessToken()) {
    this.#ask = ask;
  }

  account(): Promise<GoogleAccount> {
    this.#account ??= googleAccount().catch((error: unknown) => {
      this.#account = undefined;
      throw error;
    });
    return this.#account;
  }

  token(): Promise<string> {
    if (this.#token === undefined || Date.now() >= this.#until) {
      this.#until = Number.POSITIVE_INFINITY;
      this.#token = this.#renew().catch((error: unknown) => {
        this.#token = undefined;
        throw error;
      });
    }
    return this.#token;
  }

  async #renew(): Promise<string> {
    const { token, seconds } = await this.#ask(await this.account());
    this.#until = Date.now() + seconds * 1000 - spareMilliseconds;
    return token;
  }
}
