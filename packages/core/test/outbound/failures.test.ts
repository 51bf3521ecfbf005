import { describe, expect, it } from "vitest";
import { FunctionError } from "../../src/error.ts";
import { createOutboundHttp } from "../../src/http/outbound.ts";
import { everythingSaidBy, failureOf } from "./errors.ts";
import { loopback, serve, serveTcp } from "./serve.ts";

describe("outbound http, what goes wrong", () => {
  it("says timeout when the reply does not begin, its body stops half way, or the name is not resolved", async () => {
    const silent = await serve(() => {});
    const halting = await serve(
      (_, response) => void response.writeHead(200, { "content-length": 10 }).write("half"),
    );
    const unresolved = createOutboundHttp({ lookup: () => new Promise(() => {}) });
    const requests = [
      loopback().fetch(silent.origin, { timeoutSeconds: 0.2 }),
      loopback().fetch(halting.origin, { timeoutSeconds: 0.5 }),
      unresolved.fetch("http://example.org", { timeoutSeconds: 0.2 }),
    ];
    const failures = await Promise.all(requests.map(failureOf));
    for (const failure of failures) expect(failure).toMatchObject({ code: "timeout" });
  });

  it("says unavailable when nobody listens, the name is unknown, the reply is no HTTP or ends early", async () => {
    const gone = await serve(() => {});
    await gone.close();
    const garbage = await serveTcp((socket) => socket.end("not http\r\n\r\n"));
    const short = await serveTcp((socket) => socket.end("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf"));
    for (const { origin } of [gone, garbage, short]) {
      await expect(loopback().fetch(origin)).rejects.toMatchObject({ code: "unavailable", redeliver: true });
    }
    const unknown = createOutboundHttp({
      lookup: async () => {
        throw Object.assign(new Error("getaddrinfo"), { code: "ENOTFOUND" });
      },
    });
    await expect(unknown.fetch("http://nowhere.example")).rejects.toThrow("ENOTFOUND");
    const empty = createOutboundHttp({ lookup: async () => [] });
    await expect(empty.fetch("http://nowhere.example")).rejects.toMatchObject({ code: "unavailable" });
  });

  it("stops reading at the limit, with or without a declared length", async () => {
    const { origin } = await serve((request, response) => {
      if (request.url === "/declared") response.setHeader("content-length", 1001);
      response.end(Buffer.alloc(request.url === "/fits" ? 1000 : 1001));
    });
    const endless = await serve((_, response) => {
      const more = (): void =>
        void (
          response.destroyed ||
          (response.write(Buffer.alloc(1000)) ? setImmediate(more) : response.once("drain", more))
        );
      more();
    });
    const http = loopback();
    for (const url of [`${origin}/declared`, `${origin}/chunked`, endless.origin]) {
      await expect(http.fetch(url, { maxReplyBytes: 1000 })).rejects.toMatchObject({ code: "too_large" });
    }
    expect((await http.fetch(`${origin}/fits`, { maxReplyBytes: 1000 })).bytes().length).toBe(1000);
  });

  it("never repeats path or query, which carry tokens", async () => {
    const gone = await serve(() => {});
    await gone.close();
    const silent = await serve(() => {});
    const http = loopback();
    const secret = "/hunter2?token=hunter2";
    const requests = [
      http.fetch(gone.origin + secret),
      http.fetch(silent.origin + secret, { timeoutSeconds: 0.1 }),
      http.fetch(`http://10.0.0.1${secret}`),
      http.fetch(`ftp://10.0.0.1${secret}`),
      http.fetch(`http://:${secret}`),
      http.fetch(`hunter2`),
    ];
    for (const error of await Promise.all(requests.map(failureOf))) {
      expect(error).toBeInstanceOf(FunctionError);
      expect(everythingSaidBy(error)).not.toContain("hunter2");
    }
  });

  it("says unavailable for JSON that is none", async () => {
    const { origin } = await serve((_, response) => response.end("<html>"));
    const reply = await loopback().fetch(origin);
    expect(() => reply.json()).toThrow(expect.objectContaining({ code: "unavailable" }));
  });

  it("repeats a GET, never a POST, when a kept connection turns out to be dead", async () => {
    let requests = 0;
    // Each connection answers once and dies at the next request, as after a function was frozen.
    const { origin } = await serveTcp((socket) => {
      let answered = false;
      socket.on("data", () => {
        requests++;
        if (answered) return socket.resetAndDestroy();
        answered = true;
        return socket.write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
      });
    });
    const http = loopback();
    await http.fetch(origin);
    expect((await http.fetch(origin)).text()).toBe("ok");
    expect(requests).toBe(3);
    await http.fetch(origin);
    await expect(http.fetch(origin, { method: "POST" })).rejects.toMatchObject({ code: "unavailable" });
    expect(requests).toBe(5);
  });
});
