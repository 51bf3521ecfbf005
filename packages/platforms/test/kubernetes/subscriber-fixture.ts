// A pod that subscribes to MQTT topics, with functions that write down what they get and fail as they are told.
import { topic } from "@faasade/connectors/topic";
import * as mqtt from "@faasade/connectors/topic/mqtt";
import { defineFunction, FunctionError, messageReceived, type Schema } from "@faasade/core";
import { type AnyFunction, outlineTrigger } from "@faasade/core/adapter";
import { serve } from "../../src/kubernetes/runtime.ts";

interface Reading {
  readonly name: string;
  readonly fail?: "for now" | "for good" | "once";
}

const anything: Schema<Reading> = {
  "~standard": { version: 1, vendor: "test", validate: (value: unknown) => ({ value: value as Reading }) },
};

function write(what: object): void {
  process.stdout.write(`${JSON.stringify(what)}\n`);
}

const functions = [
  defineFunction({
    name: "note",
    trigger: messageReceived(topic("notes", anything)),
    maxAttempts: 2,
    handle({ data: { name, fail }, id, subject }, { attempt }) {
      if (fail === "for good") throw new FunctionError("unprocessable", "of no use");
      if (fail === "for now" || (fail === "once" && attempt === 1))
        throw new FunctionError("unavailable", "not yet", { retryAfterSeconds: 0 });
      write({ noted: { name, id, subject, attempt } });
    },
  }),
  defineFunction({
    name: "take",
    trigger: messageReceived(topic("readings", anything, { format: "raw" }), {
      batch: { size: 50, windowSeconds: 0.05 },
    }),
    async handle(events) {
      write({ begun: events.length });
      // Long enough to be killed in.
      await new Promise((resolve) => setTimeout(resolve, 20));
      write({ taken: events.map(({ data, subject }) => `${subject}:${data.name}`) });
    },
  }),
  defineFunction({
    name: "watch",
    trigger: messageReceived(topic("readings", anything, { format: "raw" }), { batch: { size: 100 } }),
    handle: (events) => write({ watched: events.map(({ data }) => data.name) }),
  }),
].map((fn) => fn as unknown as AnyFunction);

await serve({
  app: "suite",
  functions: functions.map((fn) => ({
    name: fn.name,
    trigger: outlineTrigger(fn.trigger),
    load: async () => ({ default: fn }),
  })),
  drivers: { notes: { load: async () => mqtt }, readings: { load: async () => mqtt } },
});
