// A process as a container starts it, with functions that can be told how to behave.
import { defineFunction, FunctionError, http, json, schedule } from "@faasade/core";
import type { AnyFunction } from "@faasade/core/adapter";
import { runProcess } from "../../src/shared/process/index.ts";

const echo = defineFunction({
  name: "echo",
  trigger: http("POST /echo", { auth: "public" }),
  async handle(request) {
    const { waitMilliseconds = 0, crash } = (await request.json()) as Record<string, number>;
    process.stdout.write("begun\n");
    if (crash !== undefined) setTimeout(() => Promise.reject(new Error("left alone")), 10);
    await new Promise((resolve) => setTimeout(resolve, waitMilliseconds));
    return json({ waited: waitMilliseconds });
  },
});
const work = defineFunction({
  name: "work",
  trigger: schedule("* * * * *"),
  async handle({ id, data }, { log }) {
    if (process.env["FAIL"] === "for-now") throw new Error("for now");
    if (process.env["FAIL"] === "for-good") throw new FunctionError("invalid", "for good");
    log.info("worked", { id, ...data });
  },
});

const functions = [echo, work].map((fn) => fn as unknown as AnyFunction);
await runProcess({
  app: "fixture",
  functions: functions.map((fn) => ({
    name: fn.name,
    trigger: fn.trigger,
    load: async () => ({ default: fn }),
  })),
  drivers: {},
});
