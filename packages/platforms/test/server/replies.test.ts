// What the server promises of replies: everything survives, and each is framed as it truly is.

import { bytes, empty, FunctionError, type HandlerReply, text } from "@faasade/core";
import { describe, expect, it } from "vitest";
import { dial, keepAlive, send } from "./client.ts";
import { route, serve } from "./serve.ts";

const large = Buffer.alloc(3_000_000, "0123456789");
const chunk = Buffer.alloc(65_536);

describe("a reply", () => {
  const serveReply = (reply: () => HandlerReply): ReturnType<typeof serve> =>
    serve([route("it", "* /", reply)]);

  it("keeps repeated headers and several cookies apart", async () => {
    const served = await serveReply(() =>
      text("", { headers: { "set-cookie": ["a=1; Path=/", "b=2, 3"], link: ["<a>", "<b>"], vary: [] } }),
    );
    const { rawHeaders, headers } = await send(served, "/");
    expect(headers["set-cookie"]).toEqual(["a=1; Path=/", "b=2, 3"]);
    expect(rawHeaders.filter((_, index) => rawHeaders[index - 1] === "link")).toEqual(["<a>", "<b>"]);
    expect(headers["vary"]).toBeUndefined();
  });

  it("keeps the cookies of a web Response apart, and streams its body", async () => {
    const served = await serveReply(() => {
      const headers = new Headers([
        ["set-cookie", "a=1"],
        ["set-cookie", "b=2"],
      ]);
      return new Response(large, { headers });
    });
    const answer = await send(served, "/");
    expect(answer.headers["set-cookie"]).toEqual(["a=1", "b=2"]);
    expect(answer.body.equals(large)).toBe(true);
  });

  it("to HEAD has the headers of GET, its length included, and no body", async () => {
    const line = await dial(await serveReply(() => text("hé")));
    line.say("HEAD / HTTP/1.1\r\nHost: x\r\n\r\nHEAD / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    const heads = (await line.closed).split("\r\n\r\n");
    expect(heads).toEqual([
      expect.stringMatching(/^HTTP\/1.1 200 OK\r\n(.*\r\n)*content-length: 3/),
      expect.stringMatching(/^HTTP\/1.1 200 OK\r\n(.*\r\n)*content-length: 3/),
      "",
    ]);
  });

  it("to HEAD keeps a length that was announced without a body", async () => {
    const served = await serveReply(() => empty({ status: 200, headers: { "content-length": "1234" } }));
    expect((await send(served, "/", { method: "HEAD" })).headers["content-length"]).toBe("1234");
  });

  it.each([204, 304])(
    "of status %i has no body, whatever the function gave, and the connection goes on",
    async (status) => {
      const line = await dial(
        await serveReply(() => ({
          status,
          headers: { "content-length": "3" },
          body: status === 204 ? "abc" : undefined,
        })),
      );
      line.say("GET / HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
      const said = await line.closed;
      expect(said).not.toContain("abc");
      expect(said.match(/HTTP\/1.1/g)).toHaveLength(2);
      expect(said.endsWith("\r\n\r\n")).toBe(true);
      expect(said.includes("content-length")).toBe(status === 304);
    },
  );

  it("without a body says so, so that nobody waits for one", async () => {
    const answer = await send(await serveReply(() => empty({ status: 201 })), "/");
    expect(answer).toMatchObject({ status: 201, headers: { "content-length": "0" } });
  });

  it("is as long as it is, whatever length the function says, and says nothing of the connection", async () => {
    const served = await serveReply(() =>
      text("four", {
        headers: {
          "Content-Length": "2",
          "transfer-encoding": "chunked",
          Connection: "upgrade",
          "Keep-Alive": "x",
        },
      }),
    );
    const answer = await send(served, "/", { agent: keepAlive() });
    expect(answer.text).toBe("four");
    expect(answer.headers["content-length"]).toBe("4");
    expect(answer.headers["transfer-encoding"]).toBeUndefined();
    expect(answer.headers["connection"]).toBe("keep-alive");
  });

  it.each<[string, HandlerReply]>([
    ["a header that would begin another", text("", { headers: { "x-a": "b\r\nset-cookie: c=d" } })],
    ["a header name with a space", text("", { headers: { "x a": "b" } })],
    ["status 100", text("", { status: 100 })],
    ["status 1000", text("", { status: 1000 })],
    ["status NaN", text("", { status: Number.NaN })],
    [
      "a stream that does not even open",
      {
        status: 200,
        headers: {},
        body: {
          [Symbol.asyncIterator]: () => {
            throw new FunctionError("gone", "Gone.", { headers: { "x-a": "b\r\nset-cookie: c=d" } });
          },
        },
      },
    ],
    ["a body that is no body", { status: 200, headers: {}, body: 5 as unknown as string }],
  ])("with %s becomes a 500 without the reason, which is reported", async (_, reply) => {
    const served = await serveReply(() => reply);
    const answer = await send(served, "/?secret=1");
    expect(answer).toMatchObject({ status: 500, headers: { "content-type": "application/problem+json" } });
    expect(answer.json()).toEqual(
      expect.objectContaining({ code: "internal", status: 500, title: "Internal error" }),
    );
    expect(answer.text).not.toContain("detail");
    expect(answer.headers["set-cookie"]).toBeUndefined();
    expect(served.reports).toEqual([expect.stringMatching(/^Cannot answer GET \/: ./)]);
  });

  it.each([
    [
      "fails",
      {},
      async function* () {
        yield chunk;
        throw new Error("the store went away");
      },
    ],
    [
      "yields what is no bytes",
      {},
      async function* () {
        yield chunk;
        yield 5 as unknown as Uint8Array;
      },
    ],
    [
      "is shorter than its length",
      { "content-length": "70000" },
      async function* () {
        yield chunk;
      },
    ],
    [
      "is longer than its length",
      { "content-length": "70000" },
      async function* () {
        yield chunk;
        yield chunk;
      },
    ],
  ])(
    "whose stream %s midway cuts the connection, so that nobody takes it for whole",
    async (_, headers, body) => {
      const served = await serveReply(() => bytes(body(), "text/plain", { headers }));
      await expect(send(served, "/")).rejects.toThrow("aborted");
      expect(served.reports).toEqual([expect.stringMatching(/^Cannot answer GET \/: ./)]);
    },
  );
});
