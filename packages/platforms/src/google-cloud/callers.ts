// Whom routes with auth "platform" let in where Cloud Run lets everybody through: holders of Google's identity tokens.
import { FunctionError, jwt, type Principal } from "@faasade/core";
import type { Callers } from "@faasade/core/adapter";

/** https://cloud.google.com/docs/authentication/get-id-token; https://accounts.google.com/.well-known/openid-configuration */
const issuer = "https://accounts.google.com";
const googleKeys = "https://www.googleapis.com/oauth2/v3/certs";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * What `FAASADE_CALLERS=identity-tokens` asks for: tokens made for `PUBLIC_URL`, of accounts that `PLATFORM_INVOKERS`
 * lists. Nobody is let in where that is empty.
 * @throws {Error} when nobody said for which URL a token has to be.
 */
export function callersOf(environment: Environment, keysUrl = googleKeys): { readonly callers?: Callers } {
  const { FAASADE_CALLERS, PUBLIC_URL = "", PLATFORM_INVOKERS = "" } = environment;
  if (FAASADE_CALLERS !== "identity-tokens") return {};
  if (PUBLIC_URL === "")
    throw new Error(
      "Cannot serve: FAASADE_CALLERS is identity-tokens, and PUBLIC_URL, for which tokens have to be made, is not set. Set it to the service's URL.",
    );
  const token = jwt({ issuer, audience: PUBLIC_URL, jwksUrl: keysUrl, algorithms: ["RS256"] });
  const invokers = new Set(PLATFORM_INVOKERS.split(",").map((entry) => entry.trim().toLowerCase()));
  return { callers: { token, admit: (bearer) => admit(bearer, invokers) } };
}

/** An address counts when Google has verified it; the account's id is in every token. */
function admit({ subject = "", claims = {} }: Principal, invokers: ReadonlySet<string>): Principal {
  const { email, email_verified: isVerified } = claims;
  const address = typeof email === "string" && isVerified === true ? email.toLowerCase() : "";
  const names = [...(address.includes("@") ? [address] : []), ...(/^\d+$/.test(subject) ? [subject] : [])];
  const known = names.find((name) => invokers.has(name));
  if (known !== undefined) return { kind: "platform", subject: known, claims };
  throw new FunctionError(
    "forbidden",
    "Cannot accept the request: the account is not among those that may ask for this.",
  );
}
