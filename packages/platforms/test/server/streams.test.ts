// What the server promises of streamed replies: their pace is the reader's, and whoever leaves sets them free.

import { request as httpRequest, type IncomingMessage } from "node:http";
import { Readable } from "node:stream";
import { bytes, text } from "@faasade/core";
import { describe, expect, it, onTestFinished } from "vitest";
import { dial, keepAlive, send } from "./client.ts";
import { promised, route, type Served, serve, until } from "./serve.ts";

const chunk = Buffer.alloc(64 * 1024, "x");

interface Source {
  /** Chunks that were asked for. */
  asked: number;
  released: boolean;
}

/** A stream of `count` chunks that says how far it got. */
async function* stream(source: Source, count: number, wait?: Promise<unknown>): AsyncGenerator<Uint8Array> {
  try {
    for (; source.asked < count; source.asked += 1) {
      yield chunk;
      await wait;
    }
  } finally {
    source.released = true;
  }
}

const serveStream = (body: () => AsyncIterable<Uint8Array>, headers = {}): Promise<Served> =>
  serve([route("stream", "GET /", () => bytes(body(), "text/plain", { headers }))]);

/** An answer whose body nobody reads yet. */
function open({ address }: Served): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    httpRequest({ ...address, agent: false, path: "/" })
      .on("response", resolve)
      .on("error", reject)
      .end();
  });
}

describe("a streamed reply", () => {
  it("arrives in pieces, while the rest is still being made", async () => {
    const more = promised();
    const source = { asked: 0, released: false };
    const served = await serveStream(() => stream(source, 2, more.promise));
    const response = await open(served);
    const pieces = response[Symbol.asyncIterator]();
    expect((await pieces.next()).value.length).toBeGreaterThan(0);
    expect(source.released).toBe(false);
    more.resolve();
    let isDone = false;
    while (!isDone) isDone = (await pieces.next()).done === true;
    expect(response.complete).toBe(true);
    expect(source).toEqual({ asked: 2, released: true });
  });

  it("begins with its head, before there is a first piece", async () => {
    const first = promised();
    const served = await serveStream(async function* () {
      await first.promise;
      yield chunk;
    });
    const response = await open(served);
    first.resolve();
    expect(await response.toArray()).not.toEqual([]);
  });

  it("may hold empty pieces, which do not end it", async () => {
    const pieces = ["a", "", "b"].map((piece) => Buffer.from(piece));
    const served = await serveStream(() => Readable.from(pieces));
    expect((await send(served, "/")).text).toBe("ab");
  });

  it("waits for a slow reader instead of filling memory", async () => {
    const source = { asked: 0, released: false };
    const served = await serveStream(() => stream(source, 10_000));
    const response = await open(served);
    let before = -1;
    // It has come to rest when nothing was asked for in a while.
    for (let same = 0; same < 10; same = source.asked === before ? same + 1 : 0) {
      before = source.asked;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    // 640 MB in all: what the kernel's and Node's buffers take is far less.
    expect(source.asked).toBeLessThan(1000);
    response.destroy();
    await until(() => source.released);
  });

  it("is released when the client goes away while it is written", async () => {
    const source = { asked: 0, released: false };
    const served = await serveStream(() => stream(source, 1_000_000));
    (await open(served)).destroy();
    await until(() => source.released);
    expect(source.asked).toBeLessThan(10_000);
    expect(served.reports).toEqual([]);
  });

  it("is released when the client goes away while it waits, as soon as the kind of stream allows", async () => {
    const freed: string[] = [];
    const more = promised();
    const source = { asked: 0, released: false };
    const streams: Record<string, () => AsyncIterable<Uint8Array>> = {
      generator: () => stream(source, 3, more.promise),
      readable: () => {
        const readable = new Readable({
          read: () => {},
          destroy: (error, done) => done(freed.push("readable") ? error : null),
        });
        readable.push(chunk);
        return readable;
      },
      web: () =>
        new ReadableStream({
          start: (controller) => controller.enqueue(chunk),
          cancel: () => void freed.push("web"),
        }),
    };
    for (const [kind, make] of Object.entries(streams)) {
      const served = await serveStream(make);
      const response = await open(served);
      await new Promise((resolve) => response.once("data", resolve));
      response.destroy();
      if (kind === "generator") more.resolve();
      await until(() => source.released && (kind === "generator" || freed.includes(kind)));
      await new Promise((resolve) => setImmediate(resolve));
      expect(served.reports).toEqual([]);
    }
    expect(source.asked).toBeLessThan(3);
  });

  it("is never begun when only its head is asked for, or when the client has left", async () => {
    const seen: string[] = [];
    const served = await serve([
      route("read", "* /", async (request) => {
        // A body that is cut short tells a function that the client has left.
        await request.bytes().catch(() => seen.push("left"));
        const body = new Readable({
          read: () => void seen.push("read"),
          destroy: (error, done) => done(seen.push("destroyed") ? error : null),
        });
        return bytes(body, "text/plain", { headers: { "content-length": "7" } });
      }),
    ]);
    expect((await send(served, "/", { method: "HEAD" })).headers["content-length"]).toBe("7");
    const line = await dial(served);
    line.say("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 7\r\n\r\nabc");
    line.socket.end();
    await until(() => seen.length === 3);
    expect(seen).toEqual(["destroyed", "left", "destroyed"]);
  });

  it("behind another on one connection is released when the client goes away", async () => {
    const source = { asked: 0, released: false };
    const first = promised();
    const begun = promised();
    const served = await serve([
      route("slow", "GET /slow", () => first.promise.then(() => text("slow"))),
      route("stream", "GET /stream", () => {
        setImmediate(begun.resolve);
        return bytes(stream(source, 1000), "text/plain");
      }),
    ]);
    const line = await dial(served);
    line.say("GET /slow HTTP/1.1\r\nHost: x\r\n\r\nGET /stream HTTP/1.1\r\nHost: x\r\n\r\n");
    await begun.promise;
    line.socket.destroy();
    await until(() => source.released);
    first.resolve();
    expect(source.asked).toBe(0);
  });

  it("leaves the connection to the next request", async () => {
    const warnings: Error[] = [];
    const warn = (warning: Error): void => void warnings.push(warning);
    process.on("warning", warn);
    onTestFinished(() => void process.off("warning", warn));
    const served = await serveStream(() => stream({ asked: 0, released: false }, 20));
    const agent = keepAlive();
    const ports = new Set<number | undefined>();
    for (let round = 0; round < 20; round += 1) {
      const answer = await send(served, "/", { agent });
      expect(answer.body).toHaveLength(20 * chunk.length);
      ports.add(answer.localPort);
    }
    expect(ports.size).toBe(1);
    // Node warns of listeners that were left behind.
    expect(warnings).toEqual([]);
  });
});
