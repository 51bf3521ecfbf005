// What the server promises of requests: everything survives, and what is malformed is answered.

import { Readable } from "node:stream";
import { bytes, json } from "@faasade/core";
import { describe, expect, it } from "vitest";
import { dial, send } from "./client.ts";
import { pipePath, route, serve } from "./serve.ts";

const allBytes = Uint8Array.from({ length: 256 }, (_, index) => index);
const large = Buffer.alloc(3_000_000, allBytes);

const echo = route(
  "echo",
  "POST /echo",
  async (request) => bytes(await request.bytes(), "application/octet-stream"),
  {
    maxBodyBytes: 4_000_000,
  },
);
const describeRequest = route("describe", "* /describe/{rest+}", async (request) =>
  json({
    method: request.method,
    url: request.url,
    path: request.path,
    rest: request.params["rest"],
    query: [...request.query],
    headers: [...request.headers],
    body: await request.text(),
  }),
);

interface Description {
  method: string;
  url: string;
  path: string;
  rest: string;
  query: [string, string][];
  headers: [string, string][];
  body: string;
}

describe("a body", () => {
  it("of all 256 byte values survives both ways", async () => {
    const answer = await send(await serve([echo]), "/echo", { method: "POST", body: allBytes });
    expect(answer.body.equals(allBytes)).toBe(true);
    expect(answer.headers["content-length"]).toBe("256");
  });

  it("of 3 MB survives both ways, with its length or chunked", async () => {
    const served = await serve([echo]);
    const whole = await send(served, "/echo", { method: "POST", body: large });
    expect(whole.body.equals(large)).toBe(true);
    const chunked = await send(served, "/echo", {
      method: "POST",
      body: Readable.from([large.subarray(0, 1), large.subarray(1, 100_000), large.subarray(100_000)]),
    });
    expect(chunked.body.equals(large)).toBe(true);
  });

  it("survives on a socket path", async () => {
    const served = await serve([echo], { listen: { path: pipePath() } });
    expect(served.port).toBe(0);
    const answer = await send(served, "/echo", { method: "POST", body: large });
    expect(answer.body.equals(large)).toBe(true);
  });

  it("may come with GET, be empty, or not be there", async () => {
    const served = await serve([describeRequest]);
    const answers = await Promise.all([
      send(served, "/describe/a", { body: "hi", headers: { "content-length": 2 } }),
      send(served, "/describe/a", { method: "POST", headers: { "content-length": 0 } }),
      send(served, "/describe/a", { method: "DELETE" }),
    ]);
    expect(answers.map((answer) => (answer.json() as Description).body)).toEqual(["hi", "", ""]);
  });
});

describe("a request", () => {
  it("keeps its path and query as they were written", async () => {
    const answer = await send(
      await serve([describeRequest]),
      "/describe/a%20b/%C3%BC/../c?x=1&x=2&y=a%26b&z",
    );
    expect(answer.json()).toMatchObject({
      path: "/describe/a%20b/%C3%BC/../c",
      rest: "a b/ü/../c",
      query: [
        ["x", "1"],
        ["x", "2"],
        ["y", "a&b"],
        ["z", ""],
      ],
    });
  });

  it("keeps every value of repeated headers, and its cookies as one header", async () => {
    const answer = await send(await serve([describeRequest]), "/describe/a", {
      headers: { "x-tag": ["one", "two, three"], cookie: "a=1; b=2", "X-Latin": "caf\u00e9" },
    });
    const { headers } = answer.json() as Description;
    expect(headers).toContainEqual(["x-tag", "one, two, three"]);
    expect(headers).toContainEqual(["cookie", "a=1; b=2"]);
    expect(headers).toContainEqual(["x-latin", "caf\u00e9"]);
  });

  it("may name the whole URL, as clients of proxies do", async () => {
    const line = await dial(await serve([describeRequest]));
    line.say("GET http://elsewhere.example/describe/a?b=c HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    expect(await line.closed).toContain('"url":"http://localhost/describe/a?b=c"');
  });

  it.each([
    ["no HTTP", "hello\r\n\r\n", "400"],
    ["no Host", "GET /describe/a HTTP/1.1\r\n\r\n", "400"],
    [
      "two lengths",
      "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
      "400",
    ],
    [
      "a length beside chunks",
      "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      "400",
    ],
    ["a negative length", "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", "400"],
    ["20 kB of headers", `GET / HTTP/1.1\r\nHost: x\r\nX: ${"x".repeat(20_000)}\r\n\r\n`, "431"],
    [
      "an unknown expectation",
      "GET / HTTP/1.1\r\nHost: x\r\nExpect: tea\r\nConnection: close\r\n\r\n",
      "417",
    ],
    ["a bad escape", "GET /describe/%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "400"],
    ["an asterisk", "OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "404"],
  ])("with %s is answered by a status and hangs nobody", async (_, said, status) => {
    const line = await dial(await serve([echo, describeRequest]));
    line.say(said);
    expect(await line.closed).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  });
});
