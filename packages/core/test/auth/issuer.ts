// A token issuer with real keys, its key set on a real server, and a host whose clock the test moves.
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from "jose";
import type { Auth } from "../../src/auth/auth.ts";
import { authorize } from "../../src/auth/authorize.ts";
import { jwt } from "../../src/auth/jwt.ts";
import { FunctionError } from "../../src/error.ts";
import { createOutboundHttp } from "../../src/http/outbound.ts";
import { LightRequest } from "../../src/http/request.ts";
import { serve } from "../outbound/serve.ts";

export const start = Date.UTC(2026, 0, 1);
export const startSeconds = start / 1000;

export function testHost(secrets: Readonly<Record<string, string>> = {}) {
  let now = start;
  return {
    clock: { now: () => now },
    advance: (seconds: number) => {
      now += seconds * 1000;
    },
    configuration: (variable: string): string | undefined => secrets[variable],
    secrets: async (name: string): Promise<string> => {
      const value = secrets[name];
      if (value === undefined)
        throw new FunctionError("unavailable", `Cannot read secret ${name}: it is not set.`);
      return value;
    },
    http: createOutboundHttp({ allowPrivate: ["127.0.0.1"] }),
  };
}

export type TestHost = ReturnType<typeof testHost>;

export async function newKey(kid: string, algorithm = "ES256") {
  const { publicKey, privateKey } = await generateKeyPair(algorithm);
  const published = { ...(await exportJWK(publicKey)), kid, alg: algorithm, use: "sig" };
  return {
    published,
    /** A token this host's issuer would make; `claims` override, undefined removes. */
    sign(claims: Record<string, unknown> = {}, header: Record<string, unknown> = {}): Promise<string> {
      const all: Record<string, unknown> = {
        iss: "https://issuer.example",
        aud: "app",
        sub: "subject-1",
        exp: startSeconds + 60,
        ...claims,
      };
      for (const name of Object.keys(all)) if (all[name] === undefined) delete all[name];
      return new SignJWT(all as JWTPayload)
        .setProtectedHeader({ alg: algorithm, kid, ...header })
        .sign(privateKey);
    },
  };
}

export type IssuerKey = Awaited<ReturnType<typeof newKey>>;

/** Publishes whatever `keys` holds when it is asked; `up = false` answers 500. */
export async function serveKeys(...keys: IssuerKey[]) {
  const issuer = { keys, up: true, origin: "", jwksUrl: "", requests: 0 };
  const { origin } = await serve((_, response) => {
    issuer.requests++;
    if (!issuer.up) return void response.writeHead(500).end();
    response.end(JSON.stringify({ keys: issuer.keys.map(({ published }) => published) }));
  });
  issuer.origin = origin;
  issuer.jwksUrl = `${origin}/.well-known/jwks.json`;
  return issuer;
}

/** Asks the pipeline's own `authorize` whether a request with these headers may pass. */
export function ask(
  auth: Exclude<Auth, "public">,
  host: TestHost,
  headers: Record<string, string | string[]>,
) {
  return authorize(auth, new LightRequest({ method: "GET", target: "/", headers }), host);
}

export const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });

/** How a token that was tried is refused. */
export const invalidToken = {
  code: "unauthenticated",
  status: 401,
  headers: { "www-authenticate": 'Bearer error="invalid_token"' },
};

/** An issuer with one key, a route that trusts it, and a host. */
export async function jwtWorld(
  options: { readonly algorithms?: readonly string[]; readonly clockToleranceSeconds?: number } = {},
  key?: IssuerKey,
) {
  const signer = key ?? (await newKey("k1"));
  const issuer = await serveKeys(signer);
  const auth = jwt({
    issuer: "https://issuer.example",
    audience: "app",
    jwksUrl: issuer.jwksUrl,
    ...options,
  });
  return { key: signer, issuer, auth, host: testHost() };
}
