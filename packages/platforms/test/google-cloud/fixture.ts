// A container of Cloud Run, with functions that can be told how to behave.
import { defineFunction, FunctionError, http, json, schedule } from "@faasade/core";
import type { AnyFunction } from "@faasade/core/adapter";
import { serve } from "../../src/google-cloud/runtime.ts";

const echo = defineFunction({
  name: "echo",
  trigger: http("POST /echo", { auth: "public" }),
  async handle(request, { log }) {
    const { waitMilliseconds = 0 } = (await request.json()) as Record<string, number>;
    log.info("begun");
    await new Promise((resolve) => setTimeout(resolve, waitMilliseconds));
    return json({ waited: waitMilliseconds });
  },
});
const admin = defineFunction({
  name: "admin",
  trigger: http("GET /admin", { auth: "platform" }),
  handle: ({ principal }) => json(principal),
});
const tick = defineFunction({
  name: "tick",
  trigger: schedule("0 6 * * *"),
  async handle({ id }, { log }) {
    log.warn("due", { id });
    if (process.env["FAIL"] !== undefined) throw new FunctionError("unprocessable", "for good");
  },
});

const functions = [echo, admin, tick].map((fn) => fn as unknown as AnyFunction);
await serve({
  app: "fixture",
  functions: functions.map((fn) => ({
    name: fn.name,
    trigger: fn.trigger,
    load: async () => ({ default: fn }),
  })),
  drivers: {},
});
