import { describe, expect, it } from "vitest";
import { jwt } from "../../src/auth/jwt.ts";
import { settings } from "../../src/resource/settings.ts";
import { serve } from "../outbound/serve.ts";
import { ask, bearer, invalidToken, jwtWorld, newKey, serveKeys, startSeconds, testHost } from "./issuer.ts";

describe("jwt", () => {
  it.each(["RS256", "PS256", "ES256", "ES384", "EdDSA", "Ed25519"])(
    "accepts a token signed with %s and says whose it is",
    async (algorithm) => {
      const { key, auth, host } = await jwtWorld({}, await newKey("k1", algorithm));
      const principal = await ask(auth, host, bearer(await key.sign({ role: "admin" })));
      expect(principal).toMatchObject({
        kind: "jwt",
        subject: "subject-1",
        claims: { role: "admin", iss: "https://issuer.example" },
      });
    },
  );

  it("takes the scheme in any case, several audiences, and a token without a subject", async () => {
    const { key, auth, host } = await jwtWorld();
    const token = await key.sign({ aud: ["other", "app"], sub: undefined });
    const principal = await ask(auth, host, { Authorization: `bearer  ${token}` });
    expect(principal.kind).toBe("jwt");
    expect("subject" in principal).toBe(false);
  });

  it("finds the keys under the issuer when no URL is given, and reads issuer and audience from settings", async () => {
    const key = await newKey("k1");
    const { origin, ...issuer } = await serveKeys(key);
    const schema = {
      "~standard": {
        version: 1 as const,
        vendor: "test",
        validate: (value: unknown) => ({ value: String(value) }),
      },
    };
    const chosen = settings({
      issuer: { schema, description: "Who issues." },
      audience: { schema, description: "Whom for." },
    });
    const auth = jwt({ issuer: chosen.ref("issuer"), audience: chosen.ref("audience") });
    for (const iss of [origin, `${origin}/`]) {
      const host = testHost({ ISSUER: iss, AUDIENCE: "app" });
      expect(await ask(auth, host, bearer(await key.sign({ iss })))).toMatchObject({ subject: "subject-1" });
    }
    expect(issuer.jwksUrl).toBe(`${origin}/.well-known/jwks.json`);
  });

  it("asks for a token when there is none, without calling it invalid", async () => {
    const { auth, host } = await jwtWorld();
    await expect(ask(auth, host, {})).rejects.toMatchObject({
      code: "unauthenticated",
      headers: { "www-authenticate": "Bearer" },
    });
  });

  it.each([
    ["another issuer", { iss: "https://evil.example" }],
    ["no issuer", { iss: undefined }],
    ["another audience", { aud: "other" }],
    ["an audience that only begins alike", { aud: "app2" }],
    ["no audience", { aud: undefined }],
    ["an expiry just past the tolerance", { exp: startSeconds - 30 }],
    ["no expiry", { exp: undefined }],
    ["an expiry that is text", { exp: String(startSeconds + 60) }],
    ["a start beyond the tolerance", { nbf: startSeconds + 31 }],
  ])("refuses a token with %s", async (_, claims) => {
    const { key, auth, host } = await jwtWorld();
    await expect(ask(auth, host, bearer(await key.sign(claims)))).rejects.toMatchObject(invalidToken);
  });

  it("forgives clocks that differ by less than the tolerance, and none when there is none", async () => {
    const { key, auth, host, issuer } = await jwtWorld();
    const late = bearer(await key.sign({ exp: startSeconds - 29 }));
    const early = bearer(await key.sign({ nbf: startSeconds + 30 }));
    await ask(auth, host, late);
    await ask(auth, host, early);
    const strict = jwt({
      issuer: "https://issuer.example",
      audience: "app",
      jwksUrl: issuer.jwksUrl,
      clockToleranceSeconds: 0,
    });
    for (const headers of [late, early])
      await expect(ask(strict, host, headers)).rejects.toMatchObject(invalidToken);
  });

  it("goes by the host's clock", async () => {
    const { key, auth, host } = await jwtWorld();
    const token = bearer(await key.sign());
    await ask(auth, host, token);
    host.advance(91);
    await expect(ask(auth, host, token)).rejects.toThrow("it has expired");
  });

  it("accepts only the algorithms the route names", async () => {
    const { key, auth, host } = await jwtWorld({ algorithms: ["RS256"] });
    await expect(ask(auth, host, bearer(await key.sign()))).rejects.toThrow(
      "its algorithm is not accepted here",
    );
  });

  it("says unavailable, not unauthenticated, when the issuer publishes a key that cannot be used", async () => {
    const key = await newKey("k1");
    const { origin } = await serve((_, response) =>
      response.end(JSON.stringify({ keys: [{ ...key.published, x: "AAAA" }] })),
    );
    const auth = jwt({ issuer: "https://issuer.example", audience: "app", jwksUrl: origin });
    await expect(ask(auth, testHost(), bearer(await key.sign()))).rejects.toMatchObject({
      code: "unavailable",
    });
  });
});

describe("jwt, declared", () => {
  it.each([[["none"]], [["HS256"]], [["RS256", "HS512"]], [[]], [["rs256"]], [["ES256K"]], [["RS256 "]]])(
    "refuses the algorithms %j",
    (algorithms) => {
      expect(() => jwt({ issuer: "i", audience: "a", algorithms })).toThrow(TypeError);
    },
  );

  it.each([-1, 601, Number.NaN, Number.POSITIVE_INFINITY])(
    "refuses a tolerance of %d seconds",
    (clockToleranceSeconds) => {
      expect(() => jwt({ issuer: "i", audience: "a", clockToleranceSeconds })).toThrow(TypeError);
    },
  );
});
