// What the server believes of a caller: nothing, unless the platform in front vouches for it.

import { defineFunction, http, json } from "@faasade/core";
import type { AnyFunction } from "@faasade/core/adapter";
import { describe, expect, it } from "vitest";
import { send } from "./client.ts";
import { type Served, serve } from "./serve.ts";

const where = defineFunction({
  name: "where",
  trigger: http("GET /where", { auth: "public" }),
  handle: ({ url }, { urlOf }) => json({ url, link: urlOf("where", { a: "b" }) }),
}) as AnyFunction;
const members = defineFunction({
  name: "members",
  trigger: http("GET /members", { auth: "platform" }),
  handle: ({ principal }) => json(principal),
}) as AnyFunction;

async function linkOf(
  served: Served,
  headers: Record<string, string | string[]>,
): Promise<string | undefined> {
  const answer = await send(served, "/where", { headers });
  return answer.status === 200 ? (answer.json() as { link: string }).link : undefined;
}

describe("X-Forwarded-*", () => {
  const all = {
    "x-forwarded-host": "example.org",
    "x-forwarded-proto": "https",
    "x-forwarded-prefix": "/shop",
  };

  it("and Host mean nothing when the proxy is not trusted: there is no public URL then", async () => {
    const served = await serve([where]);
    expect((await send(served, "/where", { headers: { ...all, host: "evil.example" } })).status).toBe(501);
  });

  it("mean nothing where the proxy sees to Host alone, which names the public URL then", async () => {
    const served = await serve([where], { trustForwarded: "host" });
    expect(await linkOf(served, { ...all, host: "mine.example:8443" })).toBe(
      "https://mine.example:8443/where?a=b",
    );
    expect(await linkOf(served, { ...all, host: "no host/at all" })).toBeUndefined();
  });

  it("name the public URL when it is", async () => {
    const served = await serve([where], { trustForwarded: true });
    expect(await linkOf(served, all)).toBe("https://example.org/shop/where?a=b");
    expect(await linkOf(served, { host: "example.org:8080" })).toBe("http://example.org:8080/where?a=b");
    expect(await linkOf(served, { ...all, "x-forwarded-prefix": "/a/b/" })).toBe(
      "https://example.org/a/b/where?a=b",
    );
    expect(await linkOf(served, { "x-forwarded-host": "[::1]:80", "x-forwarded-proto": "HTTP" })).toBe(
      "http://[::1]:80/where?a=b",
    );
  });

  it("of several proxies are those of the outermost", async () => {
    const served = await serve([where], { trustForwarded: true });
    const headers = { "x-forwarded-host": ["example.org", "inner"], "x-forwarded-proto": "https, http" };
    expect(await linkOf(served, headers)).toBe("https://example.org/where?a=b");
  });

  it.each<[string, Record<string, string>]>([
    ["a host with a path", { "x-forwarded-host": "example.org/x" }],
    ["a host with a user", { "x-forwarded-host": "a@b" }],
    ["a scheme that is none of HTTP", { "x-forwarded-proto": "javascript" }],
    ["an empty host", { "x-forwarded-host": "" }],
  ])("with %s name none", async (_, headers) => {
    expect(await linkOf(await serve([where], { trustForwarded: true }), headers)).toBeUndefined();
  });

  it.each(["//evil.example", "shop", "/a b", "/a?b", "/"])(
    "with the prefix %j name no mount",
    async (prefix) => {
      const served = await serve([where], { trustForwarded: true });
      const headers = { host: "example.org", "x-forwarded-prefix": prefix };
      expect(await linkOf(served, headers)).toBe("http://example.org/where?a=b");
    },
  );
});

describe("routes for callers the platform knows", () => {
  it("answer where the platform authenticates, and only there", async () => {
    const behind = await serve([members], { platformAuthenticates: () => true });
    expect((await send(behind, "/members")).json()).toEqual({ kind: "platform" });
    const open = await serve([members]);
    expect((await send(open, "/members")).status).toBe(401);
  });
});
