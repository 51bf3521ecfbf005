// What the server promises of CloudEvents by POST: the sender always knows whether to send again.

import type { ErrorCode } from "@faasade/core";
import { errorTable } from "@faasade/core/adapter";
import { encodeHttpBinary } from "@faasade/core/cloudevents";
import { describe, expect, it } from "vitest";
import { send } from "./client.ts";
import { eventOf, openEvents, post, postBatch, postBody } from "./event-client.ts";
import { eventFunctions, type Order } from "./event-functions.ts";
import { serve } from "./serve.ts";

/** Statuses after which Knative's SelectiveRetry, like many a sender, sends again. */
const retried = (status: number): boolean => status >= 500 || [404, 408, 409, 429].includes(status);
const parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

describe("an event", () => {
  it("arrives the same, binary or structured, and is acknowledged with 204", async () => {
    const { served, handled } = await openEvents();
    const event = eventOf({ reply: "grüße" }, { subject: "ü %", extensions: { traceparent: parent } });
    const binary = encodeHttpBinary(event);
    const answers = [
      await postBody(served, "one", binary.body, { ...binary.headers, "x-faasade-attempt": "3" }),
      await post(served, "one", event, { "x-faasade-attempt": "3" }),
    ];
    expect(answers.map(({ status, text }) => [status, text])).toEqual([
      [204, ""],
      [204, ""],
    ]);
    const seen = { id: "e1", attempt: 3, traceparent: parent, data: { reply: "grüße" } };
    expect(handled).toEqual([seen, seen]);
  });

  it("takes up the trace of its request when it carries none of its own", async () => {
    const { served, handled } = await openEvents();
    await post(served, "one", eventOf({}), { traceparent: parent });
    await postBatch(served, "many", [{ id: "a" }]);
    expect(handled[0]?.traceparent).toBe(parent);
    expect(handled[1]?.traceparent).not.toBe(parent);
  });

  it.each(["", "0", "-1", "1.5", "NaN", "Infinity", "1e3", "9999999999", "two"])(
    "is a first delivery when the attempt says %j",
    async (attempt) => {
      const { served, handled } = await openEvents();
      await post(served, "one", eventOf({}), { "x-faasade-attempt": attempt });
      expect(handled).toMatchObject([{ attempt: 1 }]);
    },
  );

  it("of 3 MB arrives, chunked or not", async () => {
    const { served, handled } = await openEvents();
    const data = Uint8Array.from({ length: 3_000_000 }, (_, index) => index % 256);
    const { headers, body } = encodeHttpBinary(
      eventOf(data, { datacontenttype: "application/octet-stream" }),
    );
    await postBody(served, "one", body, headers);
    await send(served, "/.faasade/events/one?as=chunks", {
      method: "POST",
      headers,
      body: (async function* () {
        yield body.subarray(0, 1_000_000);
        yield body.subarray(1_000_000);
      })(),
    });
    expect(handled).toHaveLength(2);
    for (const { data: seen } of handled) expect(Buffer.compare(seen as Uint8Array, data)).toBe(0);
  });
});

describe("an event that fails", () => {
  it.each(Object.keys(errorTable) as ErrorCode[])(
    "with %s is answered so that senders redeliver exactly what may succeed later",
    async (code) => {
      const { served, handled } = await openEvents();
      for (const functionName of ["one", "ask"]) {
        const answer = await post(served, functionName, eventOf({ fail: code }));
        const { redeliver } = errorTable[code];
        expect(retried(answer.status)).toBe(redeliver);
        expect(answer.json()).toMatchObject({ code, redeliver, status: answer.status });
        expect(answer.headers["content-type"]).toBe("application/problem+json");
      }
      expect(handled).toHaveLength(2);
    },
  );

  it.each([
    ["throw", 500],
    ["reject", 500],
    ["null", 500],
    ["hang", 504],
  ] as const)("by %s is redelivered: %i", async (fail, status) => {
    const { served } = await openEvents();
    const answer = await post(served, "one", eventOf({ fail }));
    expect(answer.status).toBe(status);
    expect(answer.json()).toMatchObject({ redeliver: true });
  });

  it.each(["unavailable", "rate_limited"] as const)("with %s says when to try again", async (fail) => {
    const { served } = await openEvents();
    const answer = await post(served, "one", eventOf({ fail, retryAfterSeconds: 1.2 }));
    expect(answer).toMatchObject({ status: 503, headers: { "retry-after": "2" } });
  });

  it("keeps a 5xx reason from the sender, unless the platform alone reads it", async () => {
    const [closed, opened] = [await openEvents(), await openEvents({ revealReasons: true })];
    const hidden = await post(closed.served, "one", eventOf({ fail: "throw" }));
    expect(hidden.text).not.toContain("the reason");
    const shown = await post(opened.served, "one", eventOf({ fail: "throw" }));
    expect(shown.json()).toMatchObject({ detail: "the reason" });
    const permanent = await post(closed.served, "one", eventOf({ fail: "unprocessable" }));
    expect(permanent.json()).toMatchObject({ detail: "the reason" });
  });
});

describe("a batch", () => {
  const orders: Order[] = [
    { id: "a" },
    { id: "b", fail: "conflict" },
    { id: "c", fail: "unavailable", retryAfterSeconds: 7 },
    { id: "d", fail: "throw" },
  ];

  it.each(["many", "one"])("is answered 200 with what failed, and why: %s", async (functionName) => {
    const { served, handled } = await openEvents();
    const answer = await postBatch(served, functionName, orders);
    expect(answer.status).toBe(200);
    expect(answer.json()).toEqual({
      failed: [
        { id: "b", code: "conflict", message: "the reason", redeliver: false },
        { id: "c", code: "unavailable", message: "", redeliver: true, retryAfterSeconds: 7 },
        { id: "d", code: "internal", message: "", redeliver: true },
      ],
    });
    expect(handled.map(({ id }) => id)).toEqual(["a", "b", "c", "d"]);
  });

  it("names the reasons of 5xx where the platform alone reads them", async () => {
    const { served } = await openEvents({ revealReasons: true });
    const { failed } = (await postBatch(served, "many", orders)).json() as { failed: { message: string }[] };
    expect(failed.map(({ message }) => message)).toEqual(["the reason", "the reason", "the reason"]);
  });

  it("without failures, or without events, says so", async () => {
    const { served } = await openEvents();
    expect((await postBatch(served, "many", [{ id: "a" }])).json()).toEqual({ failed: [] });
    expect((await postBatch(served, "many", [])).json()).toEqual({ failed: [] });
  });
});

describe("a call", () => {
  it("is answered 200 with its output, 204 without", async () => {
    const { served } = await openEvents();
    const answer = await post(served, "ask", eventOf({ reply: { a: [1, null] } }));
    expect(answer).toMatchObject({ status: 200, headers: { "content-type": "application/json" } });
    expect(answer.json()).toEqual({ a: [1, null] });
    expect((await post(served, "ask", eventOf({ reply: null }))).text).toBe("null");
    expect(await post(served, "ask", eventOf({}))).toMatchObject({ status: 204, text: "" });
  });

  it("whose output is no JSON is an error of the function", async () => {
    const { functions } = eventFunctions();
    const big = functions.map((fn) => (fn.name === "ask" ? { ...fn, handle: () => 1n } : fn));
    const answer = await post(await serve(big, { events: true }), "ask", eventOf({}));
    expect(answer.status).toBe(500);
    expect(answer.json()).toMatchObject({ code: "internal", redeliver: true });
  });
});
