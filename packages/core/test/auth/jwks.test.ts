import { describe, expect, it } from "vitest";
import { jwt } from "../../src/auth/jwt.ts";
import { createOutboundHttp } from "../../src/http/outbound.ts";
import { serve } from "../outbound/serve.ts";
import { ask, bearer, newKey, serveKeys, startSeconds, testHost } from "./issuer.ts";

const lasting = { exp: startSeconds + 10 * 86_400 };
const authWith = (jwksUrl: string) => jwt({ issuer: "https://issuer.example", audience: "app", jwksUrl });

async function world() {
  const key = await newKey("k1");
  const issuer = await serveKeys(key);
  return {
    key,
    issuer,
    auth: authWith(issuer.jwksUrl),
    host: testHost(),
    token: bearer(await key.sign(lasting)),
  };
}

describe("the issuer's keys", () => {
  it("are fetched once for many requests, at the same time or later", async () => {
    const { issuer, auth, host, token } = await world();
    await Promise.all(Array.from({ length: 20 }, () => ask(auth, host, token)));
    host.advance(599);
    await ask(auth, host, token);
    expect(issuer.requests).toBe(1);
    host.advance(2);
    await ask(auth, host, token);
    expect(issuer.requests).toBe(2);
  });

  it("are each host's own", async () => {
    const { issuer, auth, host, token } = await world();
    await ask(auth, host, token);
    await ask(auth, testHost(), token);
    expect(issuer.requests).toBe(2);
  });

  it("are fetched again for a key id that is new, so that a rotated key works at once", async () => {
    const { issuer, auth, host, token } = await world();
    await ask(auth, host, token);
    const next = await newKey("k2");
    issuer.keys = [next];
    host.advance(31);
    const fresh = bearer(await next.sign());
    await Promise.all([ask(auth, host, fresh), ask(auth, host, fresh)]);
    expect(issuer.requests).toBe(2);
    await expect(ask(auth, host, token)).rejects.toThrow("its issuer has no such key");
  });

  it("are not fetched again and again for made-up key ids", async () => {
    const { issuer, auth, host, token } = await world();
    await ask(auth, host, token);
    for (let i = 0; i < 20; i++) {
      host.advance(5);
      const madeUp = await (await newKey(`made-up-${i}`)).sign(lasting);
      await expect(ask(auth, host, bearer(madeUp))).rejects.toMatchObject({ code: "unauthenticated" });
    }
    expect(issuer.requests).toBe(1 + 3);
  });

  it("serve on for a day while the issuer is down, and are asked for every half minute", async () => {
    const { issuer, auth, host, token } = await world();
    await ask(auth, host, token);
    issuer.up = false;
    host.advance(3600);
    for (let i = 0; i < 5; i++) await ask(auth, host, token);
    expect(issuer.requests).toBe(2);
    host.advance(31);
    await ask(auth, host, token);
    expect(issuer.requests).toBe(3);
    host.advance(86_400 - 3600 - 31);
    await expect(ask(auth, host, token)).rejects.toMatchObject({ code: "unavailable" });
    issuer.up = true;
    host.advance(31);
    await ask(auth, host, token);
  });

  it("leave a token with a new key undecided while the issuer is down", async () => {
    const { issuer, auth, host, token } = await world();
    await ask(auth, host, token);
    issuer.up = false;
    host.advance(31);
    const fresh = bearer(await (await newKey("k2")).sign());
    for (let i = 0; i < 2; i++)
      await expect(ask(auth, host, fresh)).rejects.toMatchObject({ code: "unavailable" });
    await ask(auth, host, token);
    expect(issuer.requests).toBe(2);
  });

  it("are asked for by the next request when the first fetch failed", async () => {
    const { issuer, auth, host, token } = await world();
    issuer.up = false;
    await expect(ask(auth, host, token)).rejects.toMatchObject({ code: "unavailable", status: 503 });
    issuer.up = true;
    await ask(auth, host, token);
  });

  it("are fetched anew when the clock was set back", async () => {
    const { issuer, auth, host, token } = await world();
    host.advance(3600);
    await ask(auth, host, token);
    host.advance(-3600);
    await ask(auth, host, token);
    expect(issuer.requests).toBe(2);
  });

  it("may lack a key id when only one key fits, not when several do", async () => {
    const { key, issuer, auth, host } = await world();
    const anonymous = bearer(await key.sign({}, { kid: undefined }));
    await ask(auth, host, anonymous);
    issuer.keys = [key, await newKey("k2")];
    await expect(ask(auth, testHost(), anonymous)).rejects.toThrow("which of its issuer's keys");
  });

  it.each([
    ["no JSON", "not json"],
    ["a list", "[]"],
    ["no keys", "{}"],
    ["keys that are no list", `{"keys":{}}`],
    ["keys that are no objects", `{"keys":[1]}`],
    ["more than 256 KiB", `{"keys":[]}${" ".repeat(300_000)}`],
  ])("are unavailable when the issuer answers with %s", async (_, body) => {
    const { origin } = await serve((_, response) => response.end(body));
    const token = bearer(await (await newKey("k1")).sign());
    await expect(ask(authWith(origin), testHost(), token)).rejects.toMatchObject({ code: "unavailable" });
  });

  it("are not looked for where a redirect leads, nor behind the guard", async () => {
    const { issuer, token } = await world();
    const { origin } = await serve((_, response) =>
      response.writeHead(302, { location: issuer.jwksUrl }).end(),
    );
    await expect(ask(authWith(origin), testHost(), token)).rejects.toMatchObject({ code: "unavailable" });
    const guarded = { ...testHost(), http: createOutboundHttp() };
    await expect(ask(authWith(issuer.jwksUrl), guarded, token)).rejects.toMatchObject({
      code: "unavailable",
    });
    expect(issuer.requests).toBe(0);
  });
});
