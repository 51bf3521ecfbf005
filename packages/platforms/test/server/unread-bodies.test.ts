// What the server promises of bodies it does not want: the client sees why, and nothing hangs.

import { json, text } from "@faasade/core";
import { describe, expect, it } from "vitest";
import { type Answer, dial, keepAlive, send } from "./client.ts";
import { promised, route, type Served, serve, until } from "./serve.ts";

const limit = 100_000;
const length = route(
  "length",
  "POST /length",
  async (request) => text(String((await request.bytes()).length)),
  {
    maxBodyBytes: limit,
  },
);
const first = route("first", "POST /first", async (request) => {
  for await (const chunk of request.stream()) return text(`first of ${chunk.length > 0}`);
  return text("none");
});
const ignore = route("ignore", "POST /ignore", () => text("ignored"));
const functions = [length, first, ignore];

/** Sends without an end, until the server closes. */
function flood(served: Served, path: string): Promise<Answer> {
  const piece = Buffer.alloc(50_000);
  const body = (async function* () {
    for (;;) yield piece;
  })();
  return send(served, path, { method: "POST", body });
}

describe("a body over the limit", () => {
  it.each(["chunked", "declared"])("is answered 413 while it is still being sent, when %s", async (how) => {
    const served = await serve(functions);
    const answer =
      how === "chunked"
        ? await flood(served, "/length")
        : await send(served, "/length", { method: "POST", body: Buffer.alloc(20_000_000) });
    expect(answer).toMatchObject({ status: 413, headers: { connection: "close" } });
    expect(answer.json()).toMatchObject({ code: "too_large" });
  });

  it("may be one byte less and is taken then", async () => {
    const served = await serve(functions);
    const answers = [limit, limit + 1].map((size) =>
      send(served, "/length", { method: "POST", body: Buffer.alloc(size) }),
    );
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([200, 413]);
  });
});

describe("a body that nobody reads to its end", () => {
  it.each([
    ["/ignore", 200],
    ["/first", 200],
    ["/nowhere", 404],
  ])("at %s does not keep the client from seeing its answer", async (path, status) => {
    const served = await serve(functions);
    expect(await flood(served, path)).toMatchObject({ status, headers: { connection: "close" } });
  });

  it.each([3, 30_000])("but is short (%i bytes) leaves the connection to the next request", async (size) => {
    const line = await dial(await serve(functions));
    const body = "a".repeat(size);
    const post = (path: string): string =>
      `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: ${size}\r\n\r\n${body}`;
    // The first two bodies come whole with their heads, the third when its answer is already there.
    line.say(post("/ignore") + post("/first") + post("/ignore").slice(0, -2));
    await line.hear(/(ignored[\s\S]*){2}/);
    line.say(`aa${post("/length")}`);
    await line.hear(new RegExp(`\r\n\r\n${size}$`));
    expect(line.received().match(/HTTP\/1\.1 \d+/g)).toEqual(Array(4).fill("HTTP/1.1 200"));
    expect(line.received()).not.toContain("close");
  });

  const long = "POST /ignore HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\nabc";

  it("is taken all the same from a client that listens only when it has said everything", async () => {
    const line = await dial(await serve(functions));
    line.socket.pause();
    const body = Buffer.alloc(20_000_000);
    line.say(`POST /ignore HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n`);
    const failed = await new Promise((resolve) => line.socket.write(body, resolve));
    expect(failed ?? undefined).toBeUndefined();
    line.socket.resume();
    await line.hear(/^HTTP\/1\.1 413 /);
  });

  it("is waited for no longer than the client stays", async () => {
    const served = await serve(functions);
    const line = await dial(served);
    line.say(long);
    await line.hear("ignored");
    line.socket.destroy();
    await served.drain(60);
  });

  it("and never comes, ends with the connection being closed", async () => {
    const line = await dial(await serve(functions));
    line.say(long);
    expect(await line.closed).toMatch(/connection: close[\s\S]*ignored$/i);
  });
});

describe("a client that waits for 100 Continue", () => {
  const head = (path: string, size: number): string =>
    `POST ${path} HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: ${size}\r\n\r\n`;

  it("is told to go on when the body is wanted", async () => {
    const line = await dial(await serve(functions));
    line.say(head("/length", 3));
    await line.hear("HTTP/1.1 100 Continue\r\n\r\n");
    line.say("abc");
    await line.hear(/HTTP\/1\.1 200 OK[\s\S]*\r\n\r\n3$/);
  });

  it.each([
    ["/length", limit + 1, 413],
    ["/ignore", 5, 200],
    ["/nowhere", 5, 404],
  ])("is answered at once when it is not: %s with %i bytes is %i", async (path, size, status) => {
    const line = await dial(await serve(functions));
    line.say(head(path, size));
    const said = await line.hear(/\r\n\r\n[\s\S]+$/);
    expect(said).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(said).not.toContain("100 Continue");
    expect(said.toLowerCase()).toContain("connection: close");
  });
});

describe("a request that is cut short", () => {
  it("is an invalid one to the function that reads it, not an error of the server", async () => {
    const served = await serve(functions);
    const line = await dial(served);
    line.say("POST /length HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc");
    line.socket.end();
    await line.closed;
    await until(() => served.records.length > 0);
    expect(served.records).toMatchObject([{ level: "info", fields: { code: "invalid" } }]);
    expect(served.reports).toEqual([]);
  });

  it("does not stop a function that has begun: what it does is done", async () => {
    const go = promised();
    const begun = promised();
    const finished = promised();
    const served = await serve([
      route("work", "POST /work", async (request) => {
        await request.bytes();
        begun.resolve();
        await go.promise;
        finished.resolve();
        return json({});
      }),
    ]);
    const line = await dial(served);
    line.say("POST /work HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\na");
    await begun.promise;
    line.socket.destroy();
    await line.closed;
    go.resolve();
    await finished.promise;
    expect(served.records).toEqual([]);
  });
});

describe("requests on one connection", () => {
  it("are answered in order, however long each takes", async () => {
    const served = await serve([
      route("wait", "GET /wait/{milliseconds}", async (request) => {
        const { milliseconds = "" } = request.params as Record<string, string>;
        await new Promise((resolve) => setTimeout(resolve, Number(milliseconds)));
        return text(`<${milliseconds}>`);
      }),
    ]);
    const line = await dial(served);
    line.say([40, 0, 20, 10].map((time) => `GET /wait/${time} HTTP/1.1\r\nHost: x\r\n\r\n`).join(""));
    await line.hear("<10>");
    expect(line.received().match(/<\d+>/g)).toEqual(["<40>", "<0>", "<20>", "<10>"]);
  });

  it("go on after errors", async () => {
    const served = await serve(functions);
    const agent = keepAlive();
    const answers: Answer[] = [];
    for (const path of ["/nowhere", "/length", "/ignore"]) {
      answers.push(await send(served, path, { method: "POST", body: "ab", agent }));
    }
    expect(answers.map(({ status }) => status)).toEqual([404, 200, 200]);
    expect(new Set(answers.map(({ localPort }) => localPort)).size).toBe(1);
  });
});
