// Requests of an invocation end with it, however long they would have waited by themselves.
import { defineFunction, http } from "@faasade/core";
import type { AnyFunction } from "@faasade/core/adapter";
import { expect, it } from "vitest";
import { appOf, testHost } from "../harness.ts";
import { loopback, serve } from "./serve.ts";

it.each([{}, { timeoutSeconds: 60 }])(
  "a request with %j is given up at its invocation's deadline",
  async (options) => {
    let isGivenUp = false;
    const silent = await serve((request) => {
      request.socket.once("close", () => {
        isGivenUp = true;
      });
    });
    const asking = defineFunction({
      name: "asking",
      timeoutSeconds: 0.3,
      trigger: http("GET /", { auth: "public" }),
      async handle(_request, context) {
        await context.http.fetch(silent.origin, options);
      },
    });
    const app = appOf([asking as unknown as AnyFunction], testHost({ http: loopback() }));
    expect((await app.http({ method: "GET", target: "/", headers: {} })).status).toBe(504);
    expect(silent.seen).toEqual(["GET /"]);
    await expect.poll(() => isGivenUp, { timeout: 5000 }).toBe(true);
  },
);
