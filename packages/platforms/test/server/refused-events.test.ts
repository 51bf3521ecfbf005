// What the server promises of POSTs that are no event for a function here: they are refused for good, and seen so.

import { encodeBatch, encodeStructured } from "@faasade/core/cloudevents";
import { describe, expect, it } from "vitest";
import { dial, send } from "./client.ts";
import { eventOf, openEvents, post, postBody } from "./event-client.ts";
import { eventFunctions } from "./event-functions.ts";
import { route, serve } from "./serve.ts";

describe("what is no event for a function here", () => {
  it.each([
    ["an unknown function", "nobody", encodeStructured(eventOf({})), 422],
    ["a batch of calls", "ask", encodeBatch([eventOf({})]), 422],
    ["no event at all", "one", { body: "hello", contentType: "text/plain" }, 400],
    ["an empty body", "one", { body: "", contentType: "application/cloudevents+json" }, 400],
    [
      "broken JSON",
      "one",
      { body: '{"specversion":"1.0",', contentType: "application/cloudevents+json" },
      400,
    ],
    [
      "an event without id",
      "one",
      { body: '{"specversion":"1.0"}', contentType: "application/cloudevents+json" },
      400,
    ],
    [
      "another version",
      "one",
      { ...encodeStructured(eventOf({})), body: '{"specversion":"0.3","id":"1","source":"/","type":"t"}' },
      400,
    ],
    ["another format", "one", { body: "<e/>", contentType: "application/cloudevents+xml" }, 400],
    ["a batch that is none", "many", { body: "{}", contentType: "application/cloudevents-batch+json" }, 400],
  ])("%s is refused for good", async (_, functionName, { body, contentType }, status) => {
    const { served, handled } = await openEvents();
    const answer = await postBody(served, functionName, body, { "content-type": contentType });
    expect(answer.status).toBe(status);
    expect(answer.json()).toMatchObject({
      redeliver: false,
      status,
      detail: expect.stringMatching(/^Cannot /),
    });
    expect(handled).toEqual([]);
  });

  it("an event whose data is not what its type says is refused for good", async () => {
    const { served } = await openEvents();
    const headers = { "ce-specversion": "1.0", "ce-id": "1", "ce-source": "/", "ce-type": "t" };
    const answer = await postBody(served, "one", "{", { ...headers, "content-type": "application/json" });
    expect(answer.status).toBe(400);
  });

  it("too large an event is refused for good, declared or not, and the client sees it", async () => {
    const { served, handled } = await openEvents({ maxEventBytes: 100_000 });
    const event = eventOf({ reply: "x".repeat(5_000_000) });
    const { body, contentType } = encodeStructured(event);
    const headers = { "content-type": contentType };
    const answers = [
      await postBody(served, "one", body, headers),
      await send(served, "/.faasade/events/one", {
        method: "POST",
        headers,
        body: (async function* () {
          for (let at = 0; at < body.length; at += 50_000) yield Buffer.from(body.slice(at, at + 50_000));
        })(),
      }),
    ];
    for (const answer of answers) {
      expect(answer.status).toBe(413);
      expect(answer.json()).toMatchObject({ code: "too_large", redeliver: false });
    }
    expect(handled).toEqual([]);
  });

  it("an event over 16 MiB is refused before it is sent, where no other limit is given", async () => {
    const { served } = await openEvents();
    const line = await dial(served);
    line.say(`POST /.faasade/events/one HTTP/1.1\r\nHost: x\r\nContent-Length: ${2 ** 24 + 1}\r\n\r\n`);
    await line.hear(/^HTTP\/1\.1 413 /);
  });

  it("an event that is cut short is never handed over", async () => {
    const { served, handled } = await openEvents();
    const { body, contentType } = encodeStructured(eventOf({}));
    const line = await dial(served);
    line.say(
      `POST /.faasade/events/one HTTP/1.1\r\nHost: x\r\nContent-Type: ${contentType}\r\n` +
        `Content-Length: ${body.length + 1}\r\n\r\n${body}`,
    );
    line.socket.end();
    await line.closed;
    await served.drain(10);
    expect(handled).toEqual([]);
  });

  it("the path is an ordinary route where events are off, and for every other method", async () => {
    const { functions, handled } = eventFunctions();
    const all = route("all", "* /{path+}", (request) => ({ status: 200, headers: {}, body: request.path }));
    const off = await serve([...functions, all]);
    expect((await post(off, "one", eventOf({}))).text).toBe("/.faasade/events/one");
    const on = await serve([...functions, all], { events: true });
    expect((await send(on, "/.faasade/events/one")).text).toBe("/.faasade/events/one");
    expect((await send(on, "/.faasade/events", { method: "POST" })).text).toBe("/.faasade/events");
    expect(handled).toEqual([]);
  });

  it("an object the function did not ask for is acknowledged without it", async () => {
    const { served, handled } = await openEvents();
    const type = "dev.faasade.object.created";
    const answers = [
      await post(served, "on-photo", eventOf({ key: "a.txt" }, { type })),
      await post(served, "on-photo", eventOf({ key: "a.jpg" }, { type })),
    ];
    expect(answers.map(({ status }) => status)).toEqual([204, 204]);
    expect(handled).toMatchObject([{ data: { key: "a.jpg" } }]);
  });
});
