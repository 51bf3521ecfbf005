// A pod of Kubernetes, with functions that write down what they get and fail as they are told.

import { sqlQueueModule } from "@faasade/connectors/queue/sql";
import { open } from "@faasade/connectors/sql/pg";
import {
  called,
  defineFunction,
  FunctionError,
  http,
  type MessageSource,
  messageReceived,
  schedule,
  text,
} from "@faasade/core";
import { type AnyFunction, outlineTrigger } from "@faasade/core/adapter";
import { serve } from "../../src/kubernetes/runtime.ts";

interface Job {
  readonly name: string;
  readonly fail?: "for now" | "for good" | "once";
  readonly waitMilliseconds?: number;
  /** Ends the process with it. */
  readonly die?: boolean;
}

const anything = {
  "~standard": { version: 1, vendor: "test", validate: (value: unknown) => ({ value }) },
} as const;
const queue = (name: string, format: string) =>
  ({
    kind: "queue",
    name,
    schema: anything,
    format,
    connect: () => undefined,
  }) as unknown as MessageSource<Job>;

async function work({ name, fail, die, waitMilliseconds = 0 }: Job, attempt: number): Promise<void> {
  process.stdout.write(`${JSON.stringify({ begun: { name, attempt } })}\n`);
  if (die === true) process.kill(process.pid, "SIGKILL");
  await new Promise((resolve) => setTimeout(resolve, waitMilliseconds));
  if (fail === "for good") throw new FunctionError("unprocessable", "of no use");
  if (fail === "for now" || (fail === "once" && attempt === 1))
    throw new FunctionError("unavailable", "not yet", { retryAfterSeconds: 0 });
  process.stdout.write(`${JSON.stringify({ handled: { name, attempt } })}\n`);
}

const functions = [
  defineFunction({
    name: "say",
    trigger: http("GET /say", { auth: "public" }),
    handle: () => text("said"),
  }),
  defineFunction({
    name: "guarded",
    trigger: http("GET /guarded", { auth: "platform" }),
    handle: () => text("guarded"),
  }),
  defineFunction({
    name: "work",
    trigger: messageReceived(queue("jobs", "cloudevents")),
    timeoutSeconds: 2,
    maxAttempts: 2,
    handle: ({ data }, { attempt }) => work(data, attempt),
  }),
  defineFunction({
    name: "take",
    trigger: messageReceived(queue("readings", "raw"), { batch: { size: 5, windowSeconds: 0.2 } }),
    maxAttempts: 3,
    handle(events, { attempt }) {
      const names = events.map(({ data }) => data.name);
      process.stdout.write(`${JSON.stringify({ batch: names })}\n`);
      const failed = events.filter(({ data }) => data.fail === "once" && attempt === 1);
      return { failed: failed.map(({ id }) => ({ id, error: new Error("not yet") })) };
    },
  }),
  defineFunction({
    name: "tick",
    trigger: schedule("* * * * *"),
    handle({ id }) {
      process.stdout.write(`${JSON.stringify({ ticked: id })}\n`);
      if (process.env["FAIL"] !== undefined)
        throw new FunctionError(process.env["FAIL"] as "invalid", "told so");
    },
  }),
  defineFunction({
    name: "double",
    trigger: called({ input: anything, output: anything }),
    handle: ({ data }) => Number(data) * 2,
  }),
].map((fn) => fn as unknown as AnyFunction);

const sqlQueue = { load: async () => sqlQueueModule({ open }) };

await serve({
  app: "suite",
  functions: functions.map((fn) => ({
    name: fn.name,
    trigger: outlineTrigger(fn.trigger),
    load: async () => ({ default: fn }),
  })),
  drivers: { jobs: sqlQueue, readings: sqlQueue },
});
