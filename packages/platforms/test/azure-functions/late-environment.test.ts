// A placeholder becomes an app's: what the environment says then counts, whatever it said when the process began.
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type Context, http, text } from "@faasade/core";
import { expect, it, onTestFinished } from "vitest";
import { tryAzure } from "./fixture.ts";
import { setVariables } from "./samples.ts";

type Asked = Context<Record<never, never>>;

/** Something on this machine that functions may ask only if they are allowed to. */
async function neighbour(): Promise<string> {
  const server = createServer((_, response) => response.end("hello")).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close().closeAllConnections());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

it("is read when the app is registered, and when it is asked, and not when our code is loaded", async () => {
  const url = await neighbour();
  // A placeholder has loaded all of it.
  await tryAzure({ where: [http("GET /where", { auth: "public" }), () => text("nowhere")] });
  setVariables({ OUTBOUND_ALLOW_PRIVATE: "127.0.0.1" });
  const { worker } = await tryAzure({
    where: [http("GET /where", { auth: "public" }), (_: unknown, { urlOf }: Asked) => text(urlOf("where"))],
    asks: [
      http("GET /asks", { auth: "public" }),
      async (_: unknown, context: Asked) => text(await (await context.http.fetch(url)).text()),
    ],
    until: [
      http("GET /until", { auth: "public" }),
      (_: unknown, { deadline }: Asked) => text(String(deadline - Date.now())),
    ],
  });
  const get = async (path: string) => {
    const outcome = await worker.deliver({ kind: "request", request: { method: "GET", path } });
    const { reply } = outcome as Extract<typeof outcome, { reply: unknown }>;
    return Buffer.from(reply.body).toString();
  };
  setVariables({
    PUBLIC_URL: "https://late.example.org",
    AzureFunctionsJobHost__functionTimeout: "00:00:05",
  });
  expect(await get("/where")).toBe("https://late.example.org/where");
  expect(await get("/asks")).toBe("hello");
  expect(Number(await get("/until"))).toBeLessThanOrEqual(4_500);
});
