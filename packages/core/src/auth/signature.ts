// Declares that a route wants requests signed with a shared secret; presets for Slack, GitHub and X.
import { FunctionError } from "../error.ts";
import type { SignatureAuth } from "./auth.ts";

type SharedSecret = SignatureAuth["secrets"][number];

export interface SignatureOptions extends Pick<SignatureAuth, "encoding"> {
  /** Any of these may have signed, so that a secret can be rotated. */
  readonly secrets: SignatureAuth["secrets"];
  /** The header that carries the signature; it must come exactly once. */
  readonly header: string;
  /** What stands before the signature in the header, such as `sha256=`. */
  readonly prefix?: string;
  /** What the sender signed. Default: the raw body, byte for byte. */
  readonly signed?: NonNullable<SignatureAuth["signed"]>;
  /** The header with the time of signing in epoch seconds, for schemes whose `signed` covers it. */
  readonly timestamp?: NonNullable<SignatureAuth["timestamp"]>;
}

/**
 * Accepts requests that carry an HMAC-SHA256 under one of the secrets.
 * @throws {TypeError} for a timestamp nobody signs, which anyone could renew, and when there is no secret.
 */
export function signature(options: SignatureOptions): SignatureAuth {
  const { secrets, header, encoding, prefix = "", signed, timestamp } = options;
  if (secrets.length === 0)
    throw new TypeError("Cannot declare signature() without a secret: name at least one.");
  if (timestamp !== undefined && signed === undefined) {
    throw new TypeError(
      "Cannot declare signature() with a timestamp the sender does not sign: give `signed`, too.",
    );
  }
  if (timestamp !== undefined && !(timestamp.toleranceSeconds > 0)) {
    throw new TypeError(
      `Cannot declare signature() with toleranceSeconds ${timestamp.toleranceSeconds}: it must be above 0.`,
    );
  }
  return { kind: "signature", secrets, header: header.toLowerCase(), encoding, prefix, signed, timestamp };
}

/** Slack's requests, signing version 0. Source: https://docs.slack.dev/authentication/verifying-requests-from-slack */
export function slack(...secrets: [SharedSecret, ...SharedSecret[]]): SignatureAuth {
  const timestamp = { header: "x-slack-request-timestamp", toleranceSeconds: 300 };
  return signature({
    secrets,
    header: "x-slack-signature",
    prefix: "v0=",
    encoding: "hex",
    signed: ({ headers }, body) => Buffer.concat([Buffer.from(`v0:${headers.get(timestamp.header)}:`), body]),
    timestamp,
  });
}

/**
 * GitHub's webhooks. They sign no time, so a delivery can be replayed: see each `x-github-delivery` as once.
 * Source: https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries
 */
export function github(...secrets: [SharedSecret, ...SharedSecret[]]): SignatureAuth {
  return signature({ secrets, header: "x-hub-signature-256", prefix: "sha256=", encoding: "hex" });
}

/** X's webhooks, under the app's consumer secret; they sign no time. Source: https://docs.x.com/x-api/webhooks */
export function x(...secrets: [SharedSecret, ...SharedSecret[]]): SignatureAuth {
  return signature({
    secrets,
    header: "x-twitter-webhooks-signature",
    prefix: "sha256=",
    encoding: "base64",
  });
}

/**
 * The reply to X's challenge-response check, `GET …?crc_token=…`, as the JSON it expects.
 * @throws {FunctionError} `invalid` for a token that could be a webhook's body: it is signed with the secret that
 *   signs those, so answering any token would sign forgeries on request.
 */
export function answerChallenge(consumerSecret: string, token: string): { readonly response_token: string } {
  if (!/^[\w+/=-]{1,256}$/.test(token)) {
    throw new FunctionError("invalid", "Cannot answer the challenge: crc_token is not a plain token.");
  }
  const { createHmac } = process.getBuiltinModule("node:crypto");
  return { response_token: `sha256=${createHmac("sha256", consumerSecret).update(token).digest("base64")}` };
}
