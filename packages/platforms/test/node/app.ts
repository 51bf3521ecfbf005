// The app that the tests run in a process of its own: it writes down what it gets, and fails as it is told.
import { objectStore } from "@faasade/connectors/object-store";
import { queue } from "@faasade/connectors/queue";
import { sqlQueueModule } from "@faasade/connectors/queue/sql";
import { open as openPg } from "@faasade/connectors/sql/pg";
import {
  called,
  defineFunction,
  FunctionError,
  http,
  messageReceived,
  objectCreated,
  schedule,
  text,
} from "@faasade/core";
import { type AnyFunction, outlineTrigger } from "@faasade/core/adapter";
import { serve } from "../../src/node/runtime.ts";

const anything = {
  "~standard": { version: 1, vendor: "test", validate: (value: unknown) => ({ value }) },
} as const;
const photos = objectStore("photos");
const jobs = queue("jobs", anything);

function say(what: object): void {
  process.stdout.write(`${JSON.stringify(what)}\n`);
}

/** `FAIL` says how: an error's code, or `die`, which ends the process. */
function obey(): void {
  const { FAIL } = process.env;
  if (FAIL === "die") process.kill(process.pid, "SIGKILL");
  if (FAIL !== undefined) throw new FunctionError(FAIL as "invalid", "told so", { retryAfterSeconds: 0 });
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
    name: "tick",
    trigger: schedule("* * * * *", { misfire: "once" }),
    maxAttempts: 3,
    handle({ id }, { attempt }) {
      say({ ticked: [id, attempt] });
      obey();
    },
  }),
  defineFunction({
    name: "hourly",
    trigger: schedule(`${process.env["HOURLY"] ?? 0} * * * *`, { misfire: "skip" }),
    handle: ({ id }) => say({ hourly: id }),
  }),
  defineFunction({
    name: "take-photo",
    trigger: objectCreated(photos, { suffix: [".jpg"] }),
    maxAttempts: 3,
    handle({ id, subject, data }, { attempt }) {
      say({ photo: { id, subject, attempt, size: data.size } });
      obey();
    },
  }),
  defineFunction({
    name: "work",
    trigger: messageReceived(jobs),
    handle: ({ data }) => say({ worked: data }),
  }),
  defineFunction({
    name: "double",
    trigger: called({ input: anything, output: anything }),
    handle: ({ data }) => Number(data) * 2,
  }),
].map((fn) => fn as unknown as AnyFunction);

const wanted = (process.env["FUNCTIONS"] ?? "").split(",");

await serve({
  app: "suite",
  functions: functions
    .filter(({ name }) => wanted.includes(name))
    .map((fn) => ({
      name: fn.name,
      trigger: outlineTrigger(fn.trigger),
      load: async () => ({ default: fn }),
    })),
  drivers: {
    photos: { load: () => import("@faasade/connectors/object-store/file") },
    jobs: { load: async () => sqlQueueModule({ open: openPg }) },
  },
});
