import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import { expect, it, onTestFinished } from "vitest";
import { killAfterwards } from "./afterwards.ts";
import { describeInside } from "./installed.ts";
import { type QueueProxyOptions, startQueueProxy } from "./queue-proxy.ts";

describeInside("Knative's queue-proxy", ["go"], () => {
  it("passes a request on, byte for byte, and says from whom", async () => {
    const { url } = await startBefore((request, response) => {
      response.writeHead(201, { "x-method": request.method, "x-for": request.headers["x-forwarded-for"] });
      request.pipe(response);
    });
    const bytes = Buffer.from([0, 255, 0x0d, 0x0a, 0xc3, 0x28]);
    const response = await fetch(`${url}/a%2Fb?c=d`, { method: "PUT", body: bytes });
    expect([response.status, response.headers.get("x-method")]).toEqual([201, "PUT"]);
    expect(response.headers.get("x-for")).toContain("127.0.0.1");
    expect(Buffer.from(await response.arrayBuffer())).toEqual(bytes);
  });

  it("answers 504 for a container that is too slow", async () => {
    const { url } = await startBefore(() => {}, { timeoutSeconds: 1 });
    const response = await fetch(url);
    expect([response.status, await response.text()]).toEqual([504, expect.stringContaining("timeout")]);
  });

  it("ends a response that takes too long as if it were whole, with words of its own", async () => {
    const { url } = await startBefore((_request, response) => response.write("began"), { timeoutSeconds: 1 });
    const response = await fetch(url);
    expect([response.status, await response.text()]).toEqual([200, "beganrequest timeout"]);
  });

  it("lets in as many requests at once as the container takes", async () => {
    let [inside, most] = [0, 0];
    const { url } = await startBefore(
      (_request, response) => {
        most = Math.max(most, ++inside);
        setTimeout(() => {
          inside--;
          response.end();
        }, 50);
      },
      { containerConcurrency: 1 },
    );
    const answers = await Promise.all([1, 2, 3, 4].map(() => fetch(url)));
    expect([answers.map(({ status }) => status), most]).toEqual([[200, 200, 200, 200], 1]);
  });
});

/** A queue-proxy before a container like this. */
async function startBefore(listener: RequestListener, options: Omit<QueueProxyOptions, "userPort"> = {}) {
  const container = createServer(listener).listen(0, "127.0.0.1");
  await once(container, "listening");
  onTestFinished(async () => {
    container.closeAllConnections();
    container.close();
  });
  const { port: userPort } = container.address() as { port: number };
  return killAfterwards(await startQueueProxy({ userPort, ...options }));
}
