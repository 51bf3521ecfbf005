import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { bodyOf, loopback, serve } from "./serve.ts";

describe("outbound http", () => {
  it("sends method, headers and body byte for byte and hands the reply over", async () => {
    const { origin } = await serve(async (request, response) => {
      const { method, url, headers } = request;
      response.writeHead(201, { "content-type": "application/json", "x-two": ["a", "b"] });
      response.end(JSON.stringify({ method, url, headers, body: await bodyOf(request) }));
    });
    const body = Buffer.from("naïve €");
    const reply = await loopback().fetch(`${origin}/a%20b?q=1#part`, {
      method: "post",
      headers: { "X-Mine": "1" },
      body,
    });
    expect(reply).toMatchObject({ status: 201, ok: true, url: `${origin}/a%20b?q=1` });
    expect(reply.headers.get("X-Two")).toBe("a, b");
    expect(reply.headers.get("absent")).toBeNull();
    expect(reply.json()).toMatchObject({
      method: "POST",
      url: "/a%20b?q=1",
      body: "naïve €",
      headers: { "x-mine": "1", "content-length": "10", "accept-encoding": "identity" },
    });
    expect(Buffer.from(reply.bytes()).toString()).toBe(reply.text());
  });

  it("frames the body of a DELETE, so that it is not read as the next request", async () => {
    const { origin, seen } = await serve(async (request, response) => response.end(await bodyOf(request)));
    const http = loopback();
    for (let i = 0; i < 2; i++)
      expect(
        (await http.fetch(origin, { method: "DELETE", body: "GET /smuggled HTTP/1.1\r\n\r\n" })).text(),
      ).toMatch(/smuggled/);
    expect(seen).toEqual(["DELETE /", "DELETE /"]);
  });

  it("returns 4xx and 5xx replies, because only the caller knows what they mean", async () => {
    const { origin } = await serve((request, response) =>
      response.writeHead(Number(request.url?.slice(1))).end("why"),
    );
    for (const status of [400, 404, 429, 500, 503]) {
      const reply = await loopback().fetch(`${origin}/${status}`);
      expect([reply.status, reply.ok, reply.text()]).toEqual([status, false, "why"]);
    }
  });

  it("answers HEAD, 204 and 304 with an empty body", async () => {
    const { origin } = await serve((request, response) => {
      if (request.method === "HEAD") response.setHeader("content-length", 10 ** 9);
      response.writeHead(request.url === "/304" ? 304 : request.url === "/204" ? 204 : 200).end();
    });
    const replies = [
      loopback().fetch(origin, { method: "HEAD" }),
      loopback().fetch(`${origin}/204`),
      loopback().fetch(`${origin}/304`),
    ];
    expect((await Promise.all(replies)).map((reply) => reply.bytes().length)).toEqual([0, 0, 0]);
  });

  it("leaves a reply packed that came packed unasked, so that nothing grows past the limit", async () => {
    const packed = gzipSync(Buffer.alloc(1 << 20));
    const { origin } = await serve((_, response) =>
      response.writeHead(200, { "content-encoding": "gzip" }).end(packed),
    );
    const reply = await loopback().fetch(origin, { maxReplyBytes: 4096 });
    expect(Buffer.compare(reply.bytes(), packed)).toBe(0);
  });

  it("uses one connection for requests that follow each other", async () => {
    const ports = new Set<number | undefined>();
    const { origin } = await serve((request, response) =>
      response.end(ports.add(request.socket.remotePort) && "ok"),
    );
    const http = loopback();
    for (let i = 0; i < 3; i++) await http.fetch(origin);
    expect(ports.size).toBe(1);
  });
});
