// What the server promises when it is told to stop: what has begun is finished, nothing new begins, and it ends.

import { bytes, text } from "@faasade/core";
import { describe, expect, it } from "vitest";
import { dial, keepAlive, send } from "./client.ts";
import { pipePath, promised, route, type Served, serve } from "./serve.ts";

function slow(): { functions: ReturnType<typeof route>[]; begun: Promise<void>; finish: () => void } {
  const begun = promised();
  const finish = promised();
  const functions = [
    route("quick", "GET /quick", () => text("quick")),
    route("hang", "GET /hang", () => {
      begun.resolve();
      return new Promise<never>(() => {});
    }),
    route("slow", "GET /slow", async () => {
      begun.resolve();
      await finish.promise;
      return text("finished");
    }),
    route("stream", "GET /stream", () => bytes(halves(), "text/plain")),
  ];
  async function* halves(): AsyncGenerator<Uint8Array> {
    yield Buffer.from("half");
    begun.resolve();
    await finish.promise;
    yield Buffer.from("whole");
  }
  return { functions, begun: begun.promise, finish: finish.resolve };
}

const refused = (served: Served): Promise<unknown> =>
  expect(send(served, "/quick")).rejects.toMatchObject({
    code: expect.stringMatching(/^(ECONNREFUSED|ENOENT)$/),
  });

describe("draining", () => {
  it.each(["port", "pipe"])("on a %s finishes what has begun, and refuses what comes", async (kind) => {
    const { functions, begun, finish } = slow();
    const served = await serve(functions, kind === "pipe" ? { listen: { path: pipePath() } } : {});
    const answer = send(served, "/slow", { agent: keepAlive() });
    await begun;
    let isDrained = false;
    const drained = served.drain(60).then(() => {
      isDrained = true;
    });
    await refused(served);
    expect(isDrained).toBe(false);
    finish();
    expect(await answer).toMatchObject({ status: 200, text: "finished", headers: { connection: "close" } });
    await drained;
  });

  it("lets a stream that has begun come to its end, then closes its connection", async () => {
    const { functions, begun, finish } = slow();
    const served = await serve(functions);
    const line = await dial(served);
    line.say("GET /stream HTTP/1.1\r\nHost: x\r\n\r\n");
    await begun;
    const drained = served.drain(60);
    finish();
    expect(await line.closed).toMatch(/half[\s\S]*whole\r\n0\r\n\r\n$/);
    await drained;
  });

  it("closes connections that are kept alive, and those that never spoke", async () => {
    const served = await serve(slow().functions);
    const spoke = await dial(served);
    spoke.say("GET /quick HTTP/1.1\r\nHost: x\r\n\r\n");
    await spoke.hear("quick");
    const silent = await dial(served);
    // A later connection that was answered shows that the silent one was accepted.
    await send(served, "/quick");
    await served.drain(60);
    await Promise.all([spoke.closed, silent.closed]);
  });

  it("cuts what hangs when the time is up", async () => {
    const { functions, begun } = slow();
    const served = await serve(functions);
    const answer = send(served, "/hang").catch((error: Error) => error);
    await begun;
    await served.drain(0.1);
    expect(await answer).toMatchObject({ code: "ECONNRESET" });
  });

  it("takes any number of seconds, and being asked twice", async () => {
    const { functions, begun, finish } = slow();
    const served = await serve(functions);
    const answer = send(served, "/slow");
    await begun;
    const drains = [served.drain(Number.POSITIVE_INFINITY), served.drain(0)];
    // A timer that overflowed would fire at once.
    await new Promise((resolve) => setTimeout(resolve, 100));
    finish();
    expect((await answer).text).toBe("finished");
    await Promise.all(drains);
  });

  it("frees the socket path for the next server", async () => {
    const listen = { path: pipePath() };
    const first = await serve(slow().functions, { listen });
    await expect(serve(slow().functions, { listen })).rejects.toMatchObject({ code: "EADDRINUSE" });
    await first.drain(1);
    const second = await serve(slow().functions, { listen });
    expect((await send(second, "/quick")).text).toBe("quick");
  });

  it("closes the app when nothing runs any more, not before", async () => {
    const order: string[] = [];
    const begun = promised();
    const finish = promised();
    const work = route("work", "GET /work", async () => {
      begun.resolve();
      await finish.promise;
      order.push("handled");
      return text("");
    });
    const served = await serve([work], {}, () => order.push("closed"));
    const answer = send(served, "/work");
    await begun.promise;
    const drained = served.drain(60);
    await refused(served);
    finish.resolve();
    await Promise.all([answer, drained]);
    expect(order).toEqual(["handled", "closed"]);
  });
});
