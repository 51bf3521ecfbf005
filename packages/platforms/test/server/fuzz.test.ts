// Whatever comes over a socket: the process lives, nothing hangs, and nothing is acknowledged that was not handled.

import { bytes } from "@faasade/core";
import { encodeBatch, encodeHttpBinary, encodeStructured } from "@faasade/core/cloudevents";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dial, send } from "./client.ts";
import { eventOf, openEvents, post, postBatch, postBody } from "./event-client.ts";
import { eventFunctions, type Failure } from "./event-functions.ts";
import { route, type Served, serve } from "./serve.ts";

const event = eventOf({ reply: "text" });
const binary = encodeHttpBinary(event);
const structured = encodeStructured(event);
const batch = encodeBatch([event, { ...event, id: "second" }]);

const message = (start: string, headers: Record<string, string>, body: string | Uint8Array): string =>
  [
    `${start} HTTP/1.1`,
    "Host: x",
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    `Content-Length: ${body.length}`,
    "",
    Buffer.from(body).toString("latin1"),
  ].join("\r\n");

const seeds = [
  message("POST /.faasade/events/one", binary.headers, binary.body),
  message("POST /.faasade/events/one", { "Content-Type": structured.contentType }, structured.body),
  message("POST /.faasade/events/many", { "Content-Type": batch.contentType }, batch.body),
  message("POST /.faasade/events/ask", { "Content-Type": structured.contentType }, structured.body),
  message("POST /echo", { Expect: "100-continue" }, "hello"),
  message("GET /echo?a=b", { Cookie: "a=b", Connection: "keep-alive" }, ""),
  "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
];

type Edit = (text: string) => string;
const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc.tuple(fc.nat(600), fc.nat(255)).map(
    ([at, byte]): Edit =>
      (text) =>
        text.slice(0, at) + String.fromCharCode(byte) + text.slice(at + 1),
  ),
  fc.tuple(fc.nat(600), fc.nat(40)).map(
    ([at, count]): Edit =>
      (text) =>
        text.slice(0, at) + text.slice(at + count),
  ),
  fc.tuple(fc.nat(600), fc.nat(40)).map(
    ([at, count]): Edit =>
      (text) =>
        text.slice(0, at + count) + text.slice(at),
  ),
  fc
    .tuple(
      fc.nat(600),
      fc.constantFrom("\r\n", "\0", "%", ":", "é", "Content-Length: 3\r\n", "Expect: 100-continue\r\n"),
    )
    .map(
      ([at, inserted]): Edit =>
        (text) =>
          text.slice(0, at) + inserted + text.slice(at),
    ),
  fc.nat(600).map(
    (at): Edit =>
      (text) =>
        text.slice(0, at),
  ),
);

const echo = route("echo", "* /echo", async (request) => bytes(request.stream(), "text/plain"), {
  maxBodyBytes: 100,
});

/** Says it, in one piece or two, ends its half, and hears the server out. */
async function tell(served: Served, said: string, cut: number): Promise<string> {
  const line = await dial(served);
  line.say(Buffer.from(said.slice(0, cut), "latin1"));
  await new Promise((resolve) => setImmediate(resolve));
  line.say(Buffer.from(said.slice(cut), "latin1"));
  // A half-open connection would be given up before it is answered.
  const quiet = line.hear(/^HTTP[\s\S]*\r\n\r\n/).catch(() => {});
  await Promise.race([quiet, new Promise((resolve) => setTimeout(resolve, 30))]);
  line.socket.end();
  return line.closed;
}

describe("mutated requests", () => {
  it("are answered or cut off, and leave a server that works", async () => {
    const { functions, handled } = eventFunctions();
    const served = await serve([...functions, echo], { events: true, trustForwarded: true });
    const property = fc.asyncProperty(
      fc.constantFrom(...seeds),
      fc.array(edit, { maxLength: 4 }),
      fc.nat(400),
      async (seed, edits, cut) => {
        handled.length = 0;
        const said = await tell(
          served,
          edits.reduce((text, change) => change(text), seed),
          cut,
        );
        const acknowledged = said.match(/HTTP\/1\.1 204 /g) ?? [];
        expect(handled.length).toBeGreaterThanOrEqual(acknowledged.length);
      },
    );
    await fc.assert(property, { numRuns: 400, endOnFailure: true });
    expect((await send(served, "/echo", { method: "POST", body: "alive" })).text).toBe("alive");
  }, 120_000);
});

describe("events of any content", () => {
  const text = fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 });
  const anyEvent = fc.record({
    id: text.filter((id) => id.trim() === id),
    mode: fc.constantFrom("binary", "structured"),
    functionName: fc.constantFrom("one", "ask"),
    fail: fc.option(
      fc.constantFrom<Failure[]>("throw", "invalid", "not_found", "rate_limited", "unsupported"),
      {
        nil: undefined,
      },
    ),
    extra: fc.jsonValue({ maxDepth: 2 }),
  });

  it("are acknowledged exactly when their handler ran and did not fail", async () => {
    const { served, handled } = await openEvents();
    const property = fc.asyncProperty(anyEvent, async ({ id, mode, functionName, fail, extra }) => {
      handled.length = 0;
      const data = fail === undefined ? { extra } : { fail, extra };
      const sent = eventOf(data, { id });
      const { headers, body } = encodeHttpBinary(sent);
      const { status } =
        mode === "binary"
          ? await postBody(served, functionName, body, headers)
          : await post(served, functionName, sent);
      expect(handled).toMatchObject([{ id, data: JSON.parse(JSON.stringify(data)) }]);
      expect(status < 300).toBe(fail === undefined);
    });
    await fc.assert(property, { numRuns: 300 });
  }, 120_000);

  it("are named in a batch exactly when they failed, and all of them were handled", async () => {
    const { served, handled } = await openEvents();
    const orders = fc.uniqueArray(anyEvent, { selector: ({ id }) => id, maxLength: 8 });
    const property = fc.asyncProperty(orders, fc.constantFrom("one", "many"), async (sent, functionName) => {
      handled.length = 0;
      const answer = await postBatch(served, functionName, sent);
      const { failed } = answer.json() as { failed: { id: string }[] };
      expect(answer.status).toBe(200);
      expect(handled.map(({ id }) => id)).toEqual(sent.map(({ id }) => id));
      expect(failed.map(({ id }) => id)).toEqual(
        sent.flatMap(({ id, fail }) => (fail === undefined ? [] : [id])),
      );
    });
    await fc.assert(property, { numRuns: 200 });
  }, 120_000);
});
