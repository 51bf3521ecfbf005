// Verifies a bearer token: RFC 6750 on the request, RFC 7519 on the token, with the issuer's published keys.
import type { CryptoKey, FlattenedJWSInput, JWSHeaderParameters, JWTPayload } from "jose";
import { FunctionError } from "../error.ts";
import type { HttpRequest } from "../http/request.ts";
import type { JwtAuth, Principal } from "./auth.ts";
import type { AuthorizationHost, Resolve } from "./authorize.ts";
import { type IssuerKeys, issuerKeys } from "./jwks.ts";

const maxHeaderLength = 8 * 1024;

/**
 * @throws {FunctionError} `unauthenticated` for a missing, malformed, expired or foreign token; `unavailable` when
 *   the issuer's keys cannot be had.
 */
export async function verifyJwt(
  auth: JwtAuth,
  request: Pick<HttpRequest, "headers">,
  resolve: Resolve,
  host: AuthorizationHost,
): Promise<Principal> {
  const token = bearerToken(request);
  const [issuer, audience] = await Promise.all([resolve(auth.issuer), resolve(auth.audience)]);
  const published = auth.jwksUrl ?? `${issuer.replace(/\/$/, "")}/.well-known/jwks.json`;
  const keys = issuerKeys(await resolve(published), host);
  const claims = await verifiedClaims(token, keys, {
    issuer,
    audience,
    algorithms: [...auth.algorithms],
    currentDate: new Date(host.clock.now()),
    clockTolerance: auth.clockToleranceSeconds,
    // A token that never expires cannot be withdrawn.
    requiredClaims: ["exp"],
  });
  return typeof claims.sub === "string"
    ? { kind: "jwt", subject: claims.sub, claims }
    : { kind: "jwt", claims };
}

function bearerToken({ headers }: Pick<HttpRequest, "headers">): string {
  const values = headers.getAll("authorization");
  const [value] = values;
  if (value === undefined) {
    // RFC 6750, 3.1: a request that tries nothing is told the scheme and no error.
    const challenge = { headers: { "www-authenticate": "Bearer" } };
    throw new FunctionError(
      "unauthenticated",
      "Cannot accept the request: it has no bearer token.",
      challenge,
    );
  }
  if (values.length > 1) throw refused("the authorization header is repeated");
  if (value.length > maxHeaderLength) throw refused(`it is longer than ${maxHeaderLength} characters`);
  const token = /^Bearer +([\w.~+/-]+=*)$/i.exec(value)?.[1];
  if (token === undefined) throw refused("the authorization header is not of the form Bearer <token>");
  return token;
}

type Expectations = NonNullable<Parameters<typeof import("jose").jwtVerify>[2]>;

async function verifiedClaims(token: string, keys: IssuerKeys, expected: Expectations): Promise<JWTPayload> {
  const { jwtVerify } = await import("./jose.ts");
  try {
    return (await jwtVerify(token, (header, jws) => findKey(keys, header, jws), expected)).payload;
  } catch (error) {
    throw explain(error);
  }
}

async function findKey(
  keys: IssuerKeys,
  header: JWSHeaderParameters,
  jws: FlattenedJWSInput,
): Promise<CryptoKey> {
  const current = await keys.current();
  try {
    return await current(header, jws);
  } catch (error) {
    if (codeOf(error) !== "ERR_JWKS_NO_MATCHING_KEY") throw error;
    return (await keys.renewed())(header, jws);
  }
}

/** Why a token is refused, by jose's error code; what is not listed is not the token's fault. */
const reasons: Readonly<Record<string, string>> = {
  ERR_JWT_EXPIRED: "it has expired",
  ERR_JWT_CLAIM_VALIDATION_FAILED: "this claim is missing or not what the route expects: ",
  ERR_JWT_INVALID: "it holds no claims",
  ERR_JWS_INVALID: "it is not a signed JWT",
  ERR_JWS_SIGNATURE_VERIFICATION_FAILED: "its signature does not match",
  ERR_JWKS_NO_MATCHING_KEY: "its issuer has no such key",
  ERR_JWKS_MULTIPLE_MATCHING_KEYS: "it does not say which of its issuer's keys signed it",
  ERR_JOSE_ALG_NOT_ALLOWED: "its algorithm is not accepted here",
  ERR_JOSE_NOT_SUPPORTED: "it asks for an extension that is not supported",
};

function explain(error: unknown): FunctionError {
  if (error instanceof FunctionError) return error;
  const code = codeOf(error);
  const reason = reasons[code];
  if (reason === undefined) {
    const message = "Cannot verify bearer tokens: the issuer publishes a key that cannot be used.";
    return new FunctionError("unavailable", message, { cause: error });
  }
  return refused(
    code === "ERR_JWT_CLAIM_VALIDATION_FAILED" ? reason + (error as { claim: string }).claim : reason,
  );
}

function codeOf(error: unknown): string {
  return String((error as { code?: unknown }).code);
}

/** Without a cause: jose's errors hold the token's claims, which are not for the log. */
function refused(reason: string): FunctionError {
  const headers = { "www-authenticate": `Bearer error="invalid_token"` };
  return new FunctionError("unauthenticated", `Cannot accept the bearer token: ${reason}.`, { headers });
}
