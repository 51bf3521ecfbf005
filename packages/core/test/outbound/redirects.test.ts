import type { RequestListener } from "node:http";
import { describe, expect, it } from "vitest";
import { bodyOf, loopback, serve } from "./serve.ts";

/** Redirects `/<status>?to=<url>`, else echoes the request. */
const redirecting: RequestListener = async (request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://x");
  const status = Number(pathname.slice(1));
  const to = searchParams.get("to");
  if (status > 0 && to !== null) return void response.writeHead(status, { location: to }).end("moved");
  const { method, headers } = request;
  response.end(JSON.stringify({ method, headers, body: await bodyOf(request) }));
};

describe("outbound redirects", () => {
  it.each([
    [301, "POST", "GET"],
    [302, "POST", "GET"],
    [303, "POST", "GET"],
    [303, "PUT", "GET"],
    [301, "PUT", "PUT"],
    [302, "DELETE", "DELETE"],
    [307, "POST", "POST"],
    [308, "POST", "POST"],
    [302, "GET", "GET"],
  ])("after %i a %s becomes a %s, with its body or without", async (status, method, expected) => {
    const { origin } = await serve(redirecting);
    const request = { method, body: "payload", headers: { "content-type": "text/plain" } };
    const reply = await loopback().fetch(`${origin}/${status}?to=/end`, request);
    const echoed = reply.json() as { method: string; headers: Record<string, string>; body: string };
    const kept = expected === method;
    expect(reply.url).toBe(`${origin}/end`);
    expect(echoed).toMatchObject({ method: expected, body: kept ? "payload" : "" });
    expect(echoed.headers["content-type"]).toBe(kept ? "text/plain" : undefined);
    expect(echoed.headers["content-length"]).toBe(kept ? "7" : undefined);
  });

  it("keeps HEAD a HEAD after 303", async () => {
    const { origin, seen } = await serve(redirecting);
    await loopback().fetch(`${origin}/303?to=/end`, { method: "HEAD" });
    expect(seen.at(-1)).toBe("HEAD /end");
  });

  it("drops credentials when the origin changes, and does not bring them back", async () => {
    const there = await serve(redirecting);
    const here = await serve(redirecting);
    const headers = {
      Authorization: "Bearer t",
      COOKIE: "s=1",
      "proxy-authorization": "p",
      "x-other": "kept",
    };
    const away = await loopback().fetch(`${here.origin}/307?to=${there.origin}/end`, { headers });
    const same = await loopback().fetch(`${here.origin}/307?to=/end`, { headers });
    const back = await loopback().fetch(
      `${here.origin}/307?to=${encodeURIComponent(`${there.origin}/307?to=${here.origin}/end`)}`,
      { headers },
    );
    expect(same.json()).toMatchObject({
      headers: { authorization: "Bearer t", cookie: "s=1", "x-other": "kept" },
    });
    for (const reply of [away, back]) {
      const sent = (reply.json() as { headers: Record<string, string> }).headers;
      expect([sent.authorization, sent.cookie, sent["proxy-authorization"], sent["x-other"]]).toEqual([
        undefined,
        undefined,
        undefined,
        "kept",
      ]);
    }
  });

  it.each([
    "http://169.254.169.254/latest/",
    "http://[::ffff:169.254.169.254]/",
    "http://2852039166/",
    "http://[::1]:1/",
    "//10.0.0.1/",
    "file:///etc/passwd",
    "http://a:b@127.0.0.1:1/",
  ])("refuses to be led to %s", async (to) => {
    const { origin, seen } = await serve(redirecting);
    await expect(loopback().fetch(`${origin}/302?to=${encodeURIComponent(to)}`)).rejects.toMatchObject({
      code: "forbidden",
    });
    expect(seen.length).toBe(1);
  });

  it("follows five redirects and not six, or as many as it was told", async () => {
    const { origin } = await serve((request, response) => {
      const left = Number(request.url?.slice(1));
      if (left === 0) response.end("there");
      else response.writeHead(302, { location: `/${left - 1}` }).end();
    });
    const http = loopback();
    expect((await http.fetch(`${origin}/5`)).text()).toBe("there");
    await expect(http.fetch(`${origin}/6`)).rejects.toMatchObject({ code: "unavailable" });
    expect((await http.fetch(`${origin}/1`, { maxRedirects: 1 })).text()).toBe("there");
    await expect(http.fetch(`${origin}/2`, { maxRedirects: 1 })).rejects.toMatchObject({
      code: "unavailable",
    });
    expect(await http.fetch(`${origin}/2`, { maxRedirects: 0 })).toMatchObject({
      status: 302,
      url: `${origin}/2`,
    });
  });

  it("returns a redirect that leads nowhere and refuses one to a malformed URL", async () => {
    const { origin } = await serve((request, response) => {
      if (request.url === "/malformed") response.setHeader("location", "http://[");
      response.writeHead(302).end();
    });
    expect((await loopback().fetch(origin)).status).toBe(302);
    await expect(loopback().fetch(`${origin}/malformed`)).rejects.toMatchObject({ code: "unavailable" });
  });

  it("has one deadline for all of them together", async () => {
    const { origin } = await serve(
      (_, response) => void setTimeout(() => response.writeHead(302, { location: "/" }).end(), 150),
    );
    const endless = loopback().fetch(origin, { timeoutSeconds: 1, maxRedirects: 1000 });
    await expect(endless).rejects.toMatchObject({ code: "timeout" });
  });
});
