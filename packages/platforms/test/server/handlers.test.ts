// What the server promises of handlers: whatever one does, its caller is answered, and the others are not disturbed.

import { bytes, text } from "@faasade/core";
import { describe, expect, it } from "vitest";
import { keepAlive, send } from "./client.ts";
import { route, serve } from "./serve.ts";

const echo = route("echo", "POST /echo", async (request) => bytes(await request.bytes(), "text/plain"));

describe("a handler", () => {
  const handlers = [
    route("returns-nothing", "GET /undefined", () => undefined),
    route("throws", "GET /throw", () => {
      throw new Error("secret");
    }),
    route("rejects", "GET /reject", async () => Promise.reject(new Error("secret"))),
    route("throws-nothing", "GET /null", () => {
      throw null;
    }),
    route("hangs", "GET /hang", () => new Promise<never>(() => {}), { timeoutSeconds: 0.2 }),
    route("returns-nonsense", "GET /nonsense", () => 5 as unknown as undefined),
  ];

  it.each([
    ["undefined", 204],
    ["throw", 500],
    ["reject", 500],
    ["null", 500],
    ["hang", 504],
    ["nonsense", 500],
  ])("that gives %s is answered %i, without its reason", async (path, status) => {
    const answer = await send(await serve(handlers), `/${path}`);
    expect(answer.status).toBe(status);
    expect(answer.text).not.toContain("secret");
  });

  it("is one of 200 at once, and each gets its own answer", async () => {
    const slow = route("slow", "POST /slow/{id}", async (request) => {
      const { id } = request.params as { id: string };
      const body = await request.text();
      await new Promise((resolve) => setTimeout(resolve, Number(id) % 20));
      return text(`${id}:${body}`);
    });
    const served = await serve([...handlers, echo, slow]);
    const agent = keepAlive(50);
    const answers = await Promise.all(
      Array.from({ length: 200 }, async (_, id) => {
        if (id % 10 === 0) return (await send(served, "/throw", { agent })).status === 500;
        if (id % 10 === 1)
          return (await send(served, "/nowhere", { agent, method: "POST", body: "x" })).status === 404;
        if (id % 10 === 2) {
          const body = Buffer.alloc(100_000, `${id}`);
          return (await send(served, "/echo", { agent, method: "POST", body })).body.equals(body);
        }
        const answer = await send(served, `/slow/${id}`, { agent, method: "POST", body: `b${id}` });
        return answer.text === `${id}:b${id}`;
      }),
    );
    expect(answers.filter((right) => !right)).toEqual([]);
    expect(served.reports).toEqual([]);
  });
});
