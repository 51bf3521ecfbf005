// The function inside Google's own framework, at the version that its buildpack brings.
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, it } from "vitest";
import {
  callWays,
  messageWays,
  objectWays,
  scheduleWays,
} from "../conformance/columns/google-cloud/events.ts";
import { type Sent, send } from "../conformance/columns/http-and-events.ts";
import { cloudEvent } from "../conformance/event-cases.ts";
import { killAfterwards } from "./afterwards.ts";
import { startFunctionsFramework } from "./functions-framework.ts";
import { describeInside } from "./installed.ts";

const folder = join(import.meta.dirname, "fixtures", "google-cloud");
const bytes = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 255, 254, 0x0a, 0x0d, 0xc3, 0x28]);

async function start(serves: Sent["service"], more: Readonly<Record<string, string>> = {}) {
  const environment = { FAASADE_SERVE: serves, GOOGLE_CLOUD_PROJECT: "acme", ...more };
  const server = killAfterwards(await startFunctionsFramework({ folder, target: "faasade", environment }));
  const deliver = async (native: unknown) => {
    const port = Number(new URL(server.url).port);
    return { value: await Promise.all((native as Sent[]).map((sent) => send(port, sent))) };
  };
  return { ...server, deliver };
}

describeInside("a whole app inside functions-framework", ["npm"], () => {
  it("answers requests, byte for byte, whatever the framework makes of their bodies", async () => {
    const { url } = await start("http");
    for (const [type, body] of [
      ["application/octet-stream", bytes],
      ["text/plain; charset=utf-16", bytes],
      ["application/x-www-form-urlencoded", Buffer.from("a=%zz&a=1&b[c]=2")],
      ["application/json", Buffer.from('{ "a" : 1.0,\n"a":2 }')],
      ["image/png", Buffer.alloc(3_000_000, 7)],
    ] as const) {
      const reply = await fetch(`${url}/echo`, { method: "POST", headers: { "content-type": type }, body });
      expect([reply.status, Buffer.compare(Buffer.from(await reply.arrayBuffer()), body)], type).toEqual([
        200, 0,
      ]);
    }
  });

  it("is asked for every path, where the environment lets the framework keep none", async () => {
    const kept = async (environment: Readonly<Record<string, string>>) => {
      const { url } = await start("http", environment);
      const replies = ["/favicon.ico", "/robots.txt"].map((path) => fetch(url + path));
      return (await Promise.all(replies)).map(({ headers }) => headers.get("content-type"));
    };
    expect(await kept({})).toEqual([null, null]);
    expect(await kept({ IGNORED_ROUTES: "" })).toEqual(Array(2).fill("application/problem+json"));
  });

  it("answers before Cloud Run's own limit, as the environment has it", async () => {
    const { url } = await start("http", { CLOUD_RUN_TIMEOUT_SECONDS: "1" });
    expect((await fetch(`${url}/fail/hang`)).status).toBe(504);
  });

  it("answers requests with every cookie", async () => {
    const { url } = await start("http");
    const dressed = await fetch(`${url}/dress`);
    expect([dressed.status, dressed.headers.getSetCookie()]).toEqual([
      203,
      ["a=1; Path=/; HttpOnly", "b=2, x"],
    ]);
    const shown = await fetch(`${url}/show/a%2Fb?x=1&x=2`);
    expect(await shown.json()).toMatchObject({
      params: { rest: "a/b" },
      query: [
        ["x", "1"],
        ["x", "2"],
      ],
    });
    expect((await fetch(`${url}/nowhere`)).headers.get("content-type")).toBe("application/problem+json");
  });

  it("answers requests that were packed, as the framework unpacked them", async () => {
    const { url } = await start("http");
    const headers = { "content-encoding": "gzip", "content-type": "text/plain" };
    const reply = await fetch(`${url}/show/x`, { method: "POST", headers, body: gzipSync("unpacked") });
    const shown = (await reply.json()) as { text: string; headers: [string, string][] };
    expect(shown.text).toBe("unpacked");
    expect(shown.headers.map(([name]) => name)).not.toContain("content-encoding");
  });

  it("takes an object, and never acknowledges what was not handled", async () => {
    const { deliver } = await start("events");
    const change = {
      change: "created",
      size: 1,
      etag: "e",
      version: "7",
      time: "2026-03-29T01:00:00.000Z",
    } as const;
    const [way] = objectWays;
    for (const [key, verdict] of [
      ["a b.jpg", "acknowledged"],
      ["fail/permanent.jpg", "again"],
      ["fail/throw.jpg", "again"],
      ["fail/reject.jpg", "again"],
    ] as const)
      expect(way?.verdict(await deliver(way.encode({ ...change, key }))), key).toBe(verdict);
  });

  it.each(messageWays.map((way) => [way.title, way] as const))("takes a message %s", async (_, way) => {
    const { deliver } = await start("events");
    const time = "2026-03-29T01:00:00.123Z";
    const verdicts = [];
    for (const data of [{ text: "é😀" }, { fail: "retryable" }, { fail: "permanent" }, { fail: "late" }]) {
      const messages = [{ id: "m1", body: cloudEvent("e1", data), time, attempt: 2 }];
      verdicts.push(...way.verdicts(await deliver(way.encode("orders", messages)), messages));
    }
    expect(verdicts).toEqual(["acknowledged", "again", "again", "again"]);
  });

  it("takes a due time of its own function alone", async () => {
    const { deliver } = await start("events");
    const [way] = scheduleWays;
    const due = "2026-03-29T06:00:00Z";
    expect(way?.verdict(await deliver(way.encode("suite", "tick", due)))).toBe("acknowledged");
    expect(way?.verdict(await deliver(way.encode("other", "tick", due)))).toBe("again");
    expect(way?.verdict(await deliver(way.encode("suite", "absent", due)))).toBe("again");
  });

  it("takes a call, and tells the caller of failures", async () => {
    const { deliver } = await start("events");
    const [way] = callWays;
    expect(way?.decode(await deliver(way.encode("ask", { a: 1 })))).toEqual({ output: null });
    expect(way?.decode(await deliver(way.encode("ask", { fail: "permanent" })))).toEqual({
      code: "unprocessable",
    });
  });

  it("takes no event in the service that the public may call", async () => {
    const { deliver } = await start("http");
    const [way] = scheduleWays;
    expect(way?.verdict(await deliver(way.encode("suite", "tick", "2026-03-29T06:00:00Z")))).toBe("again");
  });

  it("refuses before our code what the framework takes for malformed JSON, as the double does", async () => {
    const { url } = await start("http");
    for (const body of ["{", '"text"', "null"]) {
      const reply = await fetch(`${url}/echo`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body,
      });
      expect([reply.status, reply.headers.get("content-type")], body).toEqual([
        400,
        "text/html; charset=utf-8",
      ]);
    }
  });
});
