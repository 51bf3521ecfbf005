// A pod of Kubernetes whose functions objects start; they write down what they get, and fail as the key says.
import { sqlQueueModule } from "@faasade/connectors/queue/sql";
import { open } from "@faasade/connectors/sql/pg";
import {
  type CloudEvent,
  defineFunction,
  FunctionError,
  type ObjectData,
  objectCreated,
  objectRemoved,
  type Resource,
} from "@faasade/core";
import { type AnyFunction, outlineTrigger } from "@faasade/core/adapter";
import { serve } from "../../src/kubernetes/runtime.ts";

const photos = { kind: "object-store", name: "photos", connect: () => undefined } as Resource<"object-store">;

async function note(name: string, { id, data }: CloudEvent<ObjectData>, attempt: number): Promise<void> {
  const say = (what: string): void =>
    void process.stdout.write(`${JSON.stringify({ [what]: { function: name, id, attempt, data } })}\n`);
  say("begun");
  if (data.key.includes("deadly")) process.kill(process.pid, "SIGKILL");
  if (data.key.includes("slow")) await new Promise((resolve) => setTimeout(resolve, 1500));
  if (data.key.includes("poison")) throw new FunctionError("unprocessable", "no picture at all");
  if (data.key.includes("never") || (data.key.includes("once") && attempt === 1))
    throw new FunctionError("unavailable", "not yet", { retryAfterSeconds: 0 });
  say("handled");
}

const functions = [
  defineFunction({
    name: "created",
    trigger: objectCreated(photos, { suffix: [".JPG"] }),
    timeoutSeconds: 2,
    maxAttempts: 2,
    handle: (event, { attempt }) => note("created", event, attempt),
  }),
  defineFunction({
    name: "counted",
    trigger: objectCreated(photos, { prefix: "counted/" }),
    handle: (event, { attempt }) => note("counted", event, attempt),
  }),
  defineFunction({
    name: "removed",
    trigger: objectRemoved(photos),
    handle: (event, { attempt }) => note("removed", event, attempt),
  }),
].map((fn) => fn as unknown as AnyFunction);

await serve({
  app: "suite",
  functions: functions.map((fn) => ({
    name: fn.name,
    trigger: outlineTrigger(fn.trigger),
    load: async () => ({ default: fn }),
  })),
  drivers: { deliveries: { load: async () => sqlQueueModule({ open }) } },
});
