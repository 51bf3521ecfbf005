// Declares that a route wants a bearer token; what verifies it loads with the first request.
import type { JwtAuth, Value } from "./auth.ts";

export interface JwtOptions {
  /** The token's `iss`, character for character. */
  readonly issuer: Value;
  /** One of the token's `aud`. */
  readonly audience: Value;
  /** Where the issuer publishes its keys. Default: `<issuer>/.well-known/jwks.json`. */
  readonly jwksUrl?: Value;
  /** Which signatures are accepted; those with a shared key (`HS*`) and `none` never are. */
  readonly algorithms?: readonly string[];
  /** How far the issuer's clock may be off. Default: 30. */
  readonly clockToleranceSeconds?: number;
}

const defaultAlgorithms = ["RS256", "PS256", "ES256", "ES384", "EdDSA", "Ed25519"];
// RFC 7518, 3.1, without the symmetric ones; RFC 8037; RFC 9864.
const asymmetric = /^(?:[RPE]S(?:256|384|512)|EdDSA|Ed25519|ML-DSA-(?:44|65|87))$/;

/**
 * Accepts requests with `Authorization: Bearer <token>` that the issuer signed for the audience and that says when
 * it expires.
 * @throws {TypeError} for an algorithm that proves nothing about the issuer.
 */
export function jwt(options: JwtOptions): JwtAuth {
  const { issuer, audience, jwksUrl, algorithms = defaultAlgorithms, clockToleranceSeconds = 30 } = options;
  const refused = algorithms.find((algorithm) => !asymmetric.test(algorithm));
  if (refused !== undefined || algorithms.length === 0) {
    throw new TypeError(
      `Cannot declare jwt() with algorithms ${JSON.stringify(algorithms)}: ${refused ?? "an empty list"} is not a ` +
        `public-key signature. Name some of ${defaultAlgorithms.join(", ")}, or leave them out.`,
    );
  }
  if (!(clockToleranceSeconds >= 0 && clockToleranceSeconds <= 600)) {
    throw new TypeError(
      `Cannot declare jwt() with clockToleranceSeconds ${clockToleranceSeconds}: it is not between 0 and 600.`,
    );
  }
  return { kind: "jwt", issuer, audience, jwksUrl, algorithms, clockToleranceSeconds };
}
