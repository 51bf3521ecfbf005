// Each preset's sender, written from the scheme's page, and what the tests of signatures ask with.
import { createHmac } from "node:crypto";
import type { SignatureAuth } from "../../src/auth/auth.ts";
import { authorize } from "../../src/auth/authorize.ts";
import { github, slack, x } from "../../src/auth/signature.ts";
import type { BodySource } from "../../src/http/body.ts";
import { LightRequest } from "../../src/http/request.ts";
import { secret } from "../../src/resource/secret.ts";
import { startSeconds, type TestHost, testHost } from "./issuer.ts";

export const current = secret("CURRENT", { description: "Signs today." });
export const previous = secret("PREVIOUS", { description: "Signed yesterday." });
export const refusal = { code: "unauthenticated", status: 401 };
export const host = testHost({ CURRENT: "current key", PREVIOUS: "previous key" });

export type Headers = Record<string, string | string[]>;

export const posted = (body: BodySource, headers: Headers) =>
  new LightRequest({ method: "POST", target: "/", headers, body });
export const ask = (auth: SignatureAuth, body: BodySource, headers: Headers, on: TestHost = host) =>
  authorize(auth, posted(body, headers), on);
export const hmac = (key: string, data: string | Uint8Array) => createHmac("sha256", key).update(data);

export const schemes = {
  github: {
    auth: github(current),
    sign: (key: string, body: Uint8Array): Headers => ({
      "x-hub-signature-256": `sha256=${hmac(key, body).digest("hex")}`,
    }),
  },
  x: {
    auth: x(current),
    sign: (key: string, body: Uint8Array): Headers => ({
      "x-twitter-webhooks-signature": `sha256=${hmac(key, body).digest("base64")}`,
    }),
  },
  slack: {
    auth: slack(current),
    sign: (key: string, body: Uint8Array, seconds = startSeconds): Headers => ({
      "x-slack-request-timestamp": String(seconds),
      "x-slack-signature": `v0=${hmac(key, `v0:${seconds}:`).update(body).digest("hex")}`,
    }),
  },
};
export const names = Object.keys(schemes) as (keyof typeof schemes)[];
/** Bytes that are no text. */
export const body = Buffer.from([0x7b, 0xff, 0x00, 0xc3, 0x28, 0x0d, 0x0a]);

export function flipBit(bytes: Uint8Array, bit: number): Uint8Array {
  const changed = Uint8Array.from(bytes);
  changed[bit >> 3]! ^= 1 << (bit & 7);
  return changed;
}
