// Routes with auth "platform" beside public ones: the artefact itself looks at Google's identity tokens.
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { http, json } from "@faasade/core";
import { type AnyFunction, outlineTrigger } from "@faasade/core/adapter";
import type { Artefact } from "@faasade/platforms/shared/artefact";
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from "jose";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { adapt } from "../../src/google-cloud/functions-framework.ts";
import { startServer } from "../../src/google-cloud/runtime.ts";
import { serveAsFramework } from "../conformance/columns/google-cloud/framework-double.ts";

const publicUrl = "https://shop-test-123456789012.europe-west1.run.app";
const invoker = "deployer@acme.iam.gserviceaccount.com";
const invokerId = "112233445566778899001";
/** As Google makes them: https://cloud.google.com/docs/authentication/token-types#id */
const claims = {
  iss: "https://accounts.google.com",
  aud: publicUrl,
  azp: invokerId,
  sub: invokerId,
  email: invoker,
  email_verified: true,
};
const google = await generateKeyPair("RS256");
const stranger = await generateKeyPair("RS256");
const published = { ...(await exportJWK(google.publicKey)), kid: "g1", alg: "RS256", use: "sig" };

interface Changed {
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly expires?: string;
  readonly key?: Parameters<SignJWT["sign"]>[0];
}

const token = ({ claims: changed = {}, expires = "1h", key = google.privateKey }: Changed = {}) =>
  new SignJWT({ ...claims, ...changed })
    .setProtectedHeader({ alg: "RS256", kid: "g1", typ: "JWT" })
    .setIssuedAt(Math.floor(Date.now() / 1000) - 7200)
    .setExpirationTime(expires)
    .sign(key);

const artefact: Artefact = {
  app: "shop",
  drivers: {},
  functions: (
    [
      ["page", http("GET /", { auth: "public" }), () => json("open")],
      ["admin", http("DELETE /admin", { auth: "platform" }), ({ principal }) => json(principal)],
    ] as [string, AnyFunction["trigger"], AnyFunction["handle"]][]
  ).map(([name, trigger, handle]) => ({
    name,
    trigger: outlineTrigger(trigger),
    load: async () => ({ default: { name, trigger, handle } as AnyFunction }),
  })),
};

let keys: Server;
let asked = 0;
const closing: (() => unknown)[] = [];

beforeEach(async () => {
  asked = 0;
  keys = createServer((_, response) => {
    asked += 1;
    response.end(JSON.stringify({ keys: [published] }));
  });
  await once(keys.listen(0, "127.0.0.1"), "listening");
  closing.push(() => keys.close().closeAllConnections());
  vi.stubEnv("OUTBOUND_ALLOW_PRIVATE", "127.0.0.1");
  vi.stubEnv("FAASADE_CALLERS", "identity-tokens");
  vi.stubEnv("PUBLIC_URL", publicUrl);
  vi.stubEnv("PLATFORM_INVOKERS", `someone@example.org, ${invoker}`);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await Promise.all(closing.splice(0).map((close) => close()));
});

const portOf = (server: Server): number => (server.address() as AddressInfo).port;
const options = () => ({ log: () => {}, identityKeysUrl: `http://127.0.0.1:${portOf(keys)}/certs` });

/** Where each packaging answers. */
const packagings = {
  "our own server": async () => {
    const listen = { port: 0, host: "127.0.0.1" };
    const server = await startServer(artefact, { ...options(), listen });
    closing.push(() => server.drain(0));
    return server.port;
  },
  "functions-framework's function": async () => {
    const server = serveAsFramework(adapt(artefact, options()));
    await once(server.listen(0, "127.0.0.1"), "listening");
    closing.push(() => server.close().closeAllConnections());
    return portOf(server);
  },
};

describe.each(Object.entries(packagings))(
  "callers of a service that lets everybody through, in %s",
  (_, open) => {
    const ask = async (port: number, authorization?: string) => {
      const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
      return fetch(`http://127.0.0.1:${port}/admin`, { method: "DELETE", headers });
    };

    it("are let in by a token of Google for this service, of an account that is named by address or id", async () => {
      const port = await open();
      const reply = await ask(port, `Bearer ${await token()}`);
      expect([reply.status, await reply.json()]).toMatchObject([200, { kind: "platform", subject: invoker }]);
      vi.stubEnv("PLATFORM_INVOKERS", invokerId);
      const byId = await ask(await open(), `Bearer ${await token({ claims: { email: undefined } })}`);
      expect([byId.status, await byId.json()]).toMatchObject([200, { subject: invokerId }]);
    });

    it("need no token for what is public, which fetches no keys", async () => {
      const port = await open();
      expect(await (await fetch(`http://127.0.0.1:${port}/`)).json()).toBe("open");
      expect((await ask(port)).status).toBe(401);
      expect(asked).toBe(0);
    });

    it.each<[what: string, status: number, authorization: () => Promise<string>]>([
      ["no bearer token", 401, async () => `Basic ${btoa(`${invoker}:`)}`],
      ["no token at all", 401, async () => "Bearer forged"],
      ["a token for another service", 401, () => token({ claims: { aud: "https://other.run.app" } })],
      ["a token for a service that begins alike", 401, () => token({ claims: { aud: `${publicUrl}.evil` } })],
      ["a token for nobody", 401, () => token({ claims: { aud: undefined } })],
      ["another issuer's token", 401, () => token({ claims: { iss: "https://accounts.example" } })],
      ["a token that has expired", 401, () => token({ expires: "-1h" })],
      ["a token that somebody else signed", 401, () => token({ key: stranger.privateKey })],
      [
        "a token that nobody signed",
        401,
        async () => new UnsecuredJWT({ ...claims }).setExpirationTime("1h").encode(),
      ],
      [
        "a token whose signature Cloud Run took off",
        401,
        async () => `${(await token()).split(".").slice(0, 2).join(".")}.SIGNATURE_REMOVED_BY_GOOGLE`,
      ],
      ["another account", 403, () => token({ claims: { email: "mallory@example.org", sub: "9" } })],
      ["an address that Google has not verified", 403, () => token({ claims: { email_verified: false } })],
      ["an account without a name", 403, () => token({ claims: { email: "", sub: "" } })],
      ["an account whose id is an address", 403, () => token({ claims: { email: undefined, sub: invoker } })],
    ])("are refused with %s", async (_what, status, authorization) => {
      const value = await authorization();
      const reply = await ask(await open(), value.includes(" ") ? value : `Bearer ${value}`);
      const text = await reply.text();
      expect([reply.status, text.includes(invoker)]).toEqual([status, false]);
    });

    it("are nobody unless they are named, and nobody is there by IAM's word", async () => {
      vi.stubEnv("PLATFORM_INVOKERS", "");
      expect((await ask(await open(), `Bearer ${await token()}`)).status).toBe(403);
      vi.stubEnv("FAASADE_CALLERS", undefined);
      expect((await ask(await open(), `Bearer ${await token()}`)).status).toBe(401);
    });

    it("hear that it may be tried again when Google's keys are out of reach", async () => {
      const port = await open();
      keys.close().closeAllConnections();
      expect((await ask(port, `Bearer ${await token()}`)).status).toBe(503);
    });

    it("cannot be looked at where nobody says what tokens are for, or how", async () => {
      vi.stubEnv("PUBLIC_URL", "");
      await expect(open()).rejects.toThrow(/PUBLIC_URL/);
      vi.stubEnv("FAASADE_CALLERS", "everybody");
      await expect(open()).rejects.toThrow(/FAASADE_CALLERS is "everybody"/);
    });
  },
);
