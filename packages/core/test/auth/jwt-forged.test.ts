import { createHmac } from "node:crypto";
import fc from "fast-check";
import { UnsecuredJWT } from "jose";
import { describe, expect, it } from "vitest";
import { ask, bearer, invalidToken, jwtWorld, newKey, startSeconds } from "./issuer.ts";

describe("jwt, forged and malformed", () => {
  it("refuses a token of another's key under the same key id", async () => {
    const { auth, host } = await jwtWorld();
    const forged = await (await newKey("k1")).sign();
    await expect(ask(auth, host, bearer(forged))).rejects.toMatchObject(invalidToken);
  });

  it("refuses unsigned tokens and those signed with the public key as a shared secret", async () => {
    const { key, auth, host, issuer } = await jwtWorld();
    const claims = { iss: "https://issuer.example", aud: "app", exp: startSeconds + 60 };
    const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const unsigned = `${encode({ alg: "HS256", kid: "k1" })}.${encode(claims)}`;
    const confused = `${unsigned}.${createHmac("sha256", JSON.stringify(key.published)).update(unsigned).digest("base64url")}`;
    const none = new UnsecuredJWT(claims).encode();
    for (const token of [none, `${none}AAAA`, confused])
      await expect(ask(auth, host, bearer(token))).rejects.toMatchObject(invalidToken);
    expect(issuer.requests).toBe(0);
  });

  it("refuses extensions it does not know", async () => {
    const { key, auth, host } = await jwtWorld();
    const token = await key.sign().then((signed) => {
      const [, ...rest] = signed.split(".");
      const header = { alg: "ES256", kid: "k1", crit: ["exp"], exp: 1 };
      return [Buffer.from(JSON.stringify(header)).toString("base64url"), ...rest].join(".");
    });
    await expect(ask(auth, host, bearer(token))).rejects.toMatchObject(invalidToken);
  });

  it.each([
    "Bearer",
    "Bearer ",
    "Basic YTpi",
    "Bearer a b",
    "Bearer a,b",
    "Bearer a.b",
    "Bearer a.b.c",
    "Bearer ...",
    "Bearer é.b.c",
    "",
    "token",
  ])("refuses the header %j before any key is fetched", async (authorization) => {
    const { auth, host, issuer } = await jwtWorld();
    await expect(ask(auth, host, { authorization })).rejects.toMatchObject(invalidToken);
    expect(issuer.requests).toBe(0);
  });

  it("refuses a repeated header and one of more than 8 KiB, even when the token is good", async () => {
    const { key, auth, host, issuer } = await jwtWorld();
    const { authorization = "" } = bearer(await key.sign());
    await expect(ask(auth, host, { authorization: [authorization, authorization] })).rejects.toMatchObject(
      invalidToken,
    );
    const { authorization: long = "" } = bearer(await key.sign({ padding: "x".repeat(8192) }));
    await expect(ask(auth, host, { authorization: long })).rejects.toThrow("longer than 8192");
    expect(issuer.requests).toBe(0);
  });

  it("refuses any token of which a single bit was changed", async () => {
    const { key, auth, host } = await jwtWorld();
    const token = await key.sign();
    await ask(auth, host, bearer(token));
    // The last character of a 64-byte signature carries four bits that mean nothing.
    const property = fc.asyncProperty(fc.nat(token.length - 2), fc.nat(6), async (at, bit) => {
      const changed =
        token.slice(0, at) + String.fromCharCode(token.charCodeAt(at) ^ (1 << bit)) + token.slice(at + 1);
      await expect(ask(auth, host, bearer(changed))).rejects.toMatchObject({ code: "unauthenticated" });
    });
    await fc.assert(property, { numRuns: 300 });
  });

  it("never repeats the token or its claims, so that neither reaches a log", async () => {
    const { key, auth, host } = await jwtWorld();
    for (const claims of [{ exp: 1 }, { aud: "hunter2" }, { iss: "hunter2" }]) {
      const token = await key.sign({ ...claims, sub: "hunter2" });
      const error = await ask(auth, host, bearer(token)).catch((refused: Error) => refused);
      const said = JSON.stringify(error, [
        "message",
        "stack",
        "cause",
        "headers",
        "details",
        "www-authenticate",
      ]);
      expect(said).not.toContain("hunter2");
      expect(said).not.toContain(token.split(".")[2]);
    }
  });
});
