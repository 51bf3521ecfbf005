// hello: both functions do what their page says, driven as a platform would.
import { createIds, type Host, type LogRecord, openApp } from "@faasade/core/adapter";
import { describe, expect, it } from "vitest";
import greet from "../src/functions/greet.ts";
import tick from "../src/functions/tick.ts";

const clock = { now: () => Date.UTC(2026, 0, 2, 3, 4, 5) };

function openHello(records: LogRecord[] = []) {
  const host: Host = {
    clock,
    random: () => 0.5,
    ids: createIds(clock, () => 0.5),
    log: (record) => records.push(record),
    configuration: () => undefined,
    secrets: () => Promise.reject(new Error("hello has no secrets")),
    http: { fetch: () => Promise.reject(new Error("hello calls nobody")) },
  };
  const functions = [greet, tick].map((fn) => ({
    name: fn.name,
    trigger: fn.trigger,
    load: async () => ({ default: fn }),
  }));
  return openApp({ app: "hello", functions, drivers: {} }, host);
}

describe("greet", () => {
  it("greets whoever the path names, decoded", async () => {
    const reply = await openHello().http({ method: "GET", target: "/J%C3%BCrgen", headers: {} });
    expect(reply.status).toBe(200);
    expect(JSON.parse(reply.body as string)).toEqual({
      greeting: "Hello, Jürgen!",
      at: "2026-01-02T03:04:05.000Z",
    });
  });

  it("answers other methods with 405 and what is allowed", async () => {
    const reply = await openHello().http({ method: "POST", target: "/x", headers: {} });
    expect(reply.status).toBe(405);
    expect(reply.headers["allow"]).toBe("GET, HEAD, OPTIONS");
  });
});

describe("tick", () => {
  it("logs the instant it was due, not the one it started at", async () => {
    const records: LogRecord[] = [];
    const due = "2026-01-02T03:04:00.000Z";
    const outcome = await openHello(records).events("tick", {
      events: [
        {
          specversion: "1.0",
          id: "1",
          source: "/hello/tick",
          type: "dev.faasade.schedule.due",
          data: { job: "hello/tick", due },
          extensions: {},
        },
      ],
    });
    expect(outcome).toEqual({ ok: true, reply: { failed: [] } });
    expect(records).toMatchObject([{ level: "info", message: "tick", fields: { due } }]);
  });
});
