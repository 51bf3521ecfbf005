// Secrets: named here, kept by the platform, read at each call because they rotate.

/** A secret by the name the operator gives it, such as `SLACK_SIGNING_SECRET`. */
export interface Secret {
  readonly kind: "secret";
  readonly name: string;
  readonly description: string;
}

/** What a handler gets: the value is fetched when asked for and never kept. */
export interface SecretClient {
  /** @throws {FunctionError} `unavailable` when the secret is not set or its store does not answer. */
  get(): Promise<string>;
}

export function secret(name: string, options: { readonly description: string }): Secret {
  if (!/^[A-Z][A-Z0-9_]*$/.test(name)) {
    throw new TypeError(
      `Cannot name a secret ${JSON.stringify(name)}: use upper case, such as "SLACK_SIGNING_SECRET".`,
    );
  }
  return { kind: "secret", name, description: options.description };
}
