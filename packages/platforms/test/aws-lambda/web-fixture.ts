// A web function's entry, with functions that tell what they got and wait as they are asked to.
import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { defineFunction, http, json } from "@faasade/core";
import type { AnyFunction } from "@faasade/core/adapter";
import { serveWeb } from "../../src/aws-lambda/web.ts";

const echo = defineFunction({
  name: "echo",
  trigger: http({ "POST /echo": { auth: "public" }, "POST /private": { auth: "platform" } }),
  async handle(request, { log, urlOf, traceparent }) {
    const bytes = await request.bytes();
    log.info("echoed", { bytes: bytes.length });
    return {
      status: 200,
      headers: {
        "content-type": "application/octet-stream",
        "x-trace": traceparent,
        "x-url": request.query.has("url") ? urlOf("echo") : "",
        "x-id": request.headers.get("lambda-web-request-id") ?? "",
        "x-authorization": request.headers.get("authorization") ?? "none",
      },
      body: bytes,
    };
  },
});
const wait = defineFunction({
  name: "wait",
  trigger: http({ "GET /until-told": { auth: "public" }, "GET /for-ever": { auth: "public" } }),
  async handle({ path }) {
    process.stdout.write("begun\n");
    if (path === "/for-ever") await new Promise(() => undefined);
    await once(process, "SIGTERM");
    await pause(50);
    return json("told");
  },
});

const functions = [echo, wait].map((fn) => fn as unknown as AnyFunction);
serveWeb({
  app: "fixture",
  functions: functions.map((fn) => ({
    name: fn.name,
    trigger: fn.trigger,
    load: async () => ({ default: fn }),
  })),
  drivers: {},
});
