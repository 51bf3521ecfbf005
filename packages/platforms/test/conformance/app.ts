// The app that every platform runs in the suite: its functions tell what they got, and fail as they are asked to.
import {
  called,
  FunctionError,
  type MessageSource,
  messageReceived,
  objectCreated,
  objectRemoved,
  type Resource,
  schedule,
} from "@faasade/core";
import { type AnyFunction, outlineTrigger } from "@faasade/core/adapter";
import type { Artefact } from "@faasade/platforms/shared/artefact";
import { type Failure, obey } from "./failure.ts";
import { httpFunctions } from "./http-functions.ts";

export interface Handled {
  readonly function: string;
  readonly event: { readonly id: string; readonly data: unknown };
  readonly attempt: number;
}

export interface SuiteApp {
  readonly artefact: Artefact;
  readonly handled: Handled[];
  /** How often each function was loaded. */
  readonly loads: Map<string, number>;
  opened(): number;
  /** What functions that are asked nothing by their event do. */
  ask(failure: Failure | undefined): void;
}

const anything = {
  "~standard": { version: 1, vendor: "test", validate: (value: unknown) => ({ value }) },
} as const;
const photos = { kind: "object-store", name: "photos", connect: () => undefined } as Resource<"object-store">;
/** @param urls where the resources are, by name, as the way that is tried has them. */
export function suiteApp(urls: Readonly<Record<string, string>> = {}): SuiteApp {
  const handled: Handled[] = [];
  const loads = new Map<string, number>();
  let opened = 0;
  let asked: Failure | undefined;
  const ask = (failure: Failure | undefined): void => {
    asked = failure;
  };
  const note = (name: string, event: Handled["event"], attempt: number): unknown => {
    handled.push({ function: name, event, attempt });
    const { fail, key } = Object(event.data) as { fail?: Failure; key?: string };
    return obey(fail ?? (/^fail\/(\w+)/.exec(key ?? "")?.[1] as Failure | undefined) ?? asked);
  };
  const functions: AnyFunction[] = [...httpFunctions(), ...eventFunctions(note)];
  const drivers = Object.fromEntries(
    Object.entries(urls).map(([name, url]) => [name, { url, load: async () => ({ open: () => undefined }) }]),
  );
  const artefact: Artefact = {
    app: "suite",
    functions: functions.map((fn) => ({
      name: fn.name,
      trigger: outlineTrigger(fn.trigger),
      load: async () => {
        loads.set(fn.name, (loads.get(fn.name) ?? 0) + 1);
        await new Promise((resolve) => setImmediate(resolve));
        return { default: fn };
      },
    })),
    drivers: {
      ...drivers,
      counter: {
        url: "counter:",
        load: async () => ({
          open: () => {
            opened += 1;
            let count = 0;
            return { next: () => ++count };
          },
        }),
      },
    },
  };
  return { artefact, handled, loads, opened: () => opened, ask };
}

function eventFunctions(
  note: (name: string, event: Handled["event"], attempt: number) => unknown,
): AnyFunction[] {
  const timeoutSeconds = 0.2;
  const on = (name: string, trigger: AnyFunction["trigger"]): AnyFunction => ({
    name,
    trigger,
    timeoutSeconds,
    handle: (event, { attempt }) => note(name, event, attempt),
  });
  const source = (name: string, format: "cloudevents" | "raw"): MessageSource =>
    ({ kind: "queue", name, schema: anything, format, connect: () => undefined }) as unknown as MessageSource;
  return [
    on("created", objectCreated(photos, { suffix: [".jpg"] })),
    on("created-too", objectCreated(photos, { prefix: "both/" })),
    on("removed", objectRemoved(photos)),
    on("receive", messageReceived(source("orders", "cloudevents"))),
    on("receive-raw", messageReceived(source("readings", "raw"))),
    on("tick", schedule("0 6 * * *")),
    on("tock", schedule("0 7 * * *")),
    on("ask", called({ input: anything, output: anything })),
    {
      name: "receive-many",
      trigger: messageReceived(source("parcels", "cloudevents"), { batch: { size: 10 } }),
      handle: async (events: readonly Handled["event"][], { attempt }) => {
        const failed = await Promise.all(
          events.map(async (event) => {
            const error = await Promise.resolve(note("receive-many", event, attempt)).then(
              () => undefined,
              String,
            );
            return error === undefined
              ? []
              : [{ id: event.id, error: new FunctionError("unavailable", error) }];
          }),
        );
        return { failed: failed.flat() };
      },
    },
  ];
}
