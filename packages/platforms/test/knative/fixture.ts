// A pod of Knative, with functions that write down what they get and fail as they are told.
import {
  called,
  defineFunction,
  type ErrorCode,
  FunctionError,
  http,
  type MessageSource,
  messageReceived,
  objectCreated,
  objectRemoved,
  type Resource,
  schedule,
  text,
} from "@faasade/core";
import { type AnyFunction, outlineTrigger } from "@faasade/core/adapter";
import { serve } from "../../src/knative/runtime.ts";

const anything = {
  "~standard": { version: 1, vendor: "test", validate: (value: unknown) => ({ value }) },
} as const;
const photos = { kind: "object-store", name: "photos", connect: () => undefined } as Resource<"object-store">;
const readings = {
  kind: "queue",
  name: "readings",
  schema: anything,
  format: "raw",
  connect: () => undefined,
} as unknown as MessageSource<unknown>;

async function note(
  name: string,
  event: object,
  { attempt }: { readonly attempt: number },
): Promise<unknown> {
  const { fail, waitMilliseconds = 0 } = Object((event as { data: unknown }).data);
  process.stdout.write(`${JSON.stringify({ handled: { function: name, attempt, ...event } })}\n`);
  await new Promise((resolve) => setTimeout(resolve, waitMilliseconds));
  if (fail !== undefined) throw new FunctionError(fail as ErrorCode, "as it was told");
  return { answer: 42 };
}

const functions = [
  defineFunction({
    name: "say",
    trigger: http("GET /say", { auth: "public" }),
    handle: () => text("said"),
  }),
  defineFunction({
    name: "tick",
    trigger: schedule("0 6 * * *"),
    handle: async (event, context) => void (await note("tick", event, context)),
  }),
  defineFunction({
    name: "created",
    trigger: objectCreated(photos, { suffix: [".JPG"] }),
    handle: async (event, context) => void (await note("created", event, context)),
  }),
  defineFunction({
    name: "removed",
    trigger: objectRemoved(photos),
    handle: async (event, context) => void (await note("removed", event, context)),
  }),
  defineFunction({
    name: "take",
    trigger: messageReceived(readings),
    handle: async (event, context) => void (await note("take", event, context)),
  }),
  defineFunction({
    name: "ask",
    trigger: called({ input: anything, output: anything }),
    handle: (event, context) => note("ask", event, context),
  }),
].map((fn) => fn as unknown as AnyFunction);

await serve({
  app: "suite",
  functions: functions.map((fn) => ({
    name: fn.name,
    trigger: outlineTrigger(fn.trigger),
    load: async () => ({ default: fn }),
  })),
  drivers: {},
});
