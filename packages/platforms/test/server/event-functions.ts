// Functions that are started by events and do what the event's data says.

import {
  called,
  defineFunction,
  type ErrorCode,
  FunctionError,
  type MessageSource,
  messageReceived,
  objectCreated,
  type Resource,
} from "@faasade/core";
import { type AnyFunction, errorTable } from "@faasade/core/adapter";

export type Failure = ErrorCode | "throw" | "reject" | "hang" | "null";

export interface Order {
  readonly id?: string;
  readonly fail?: Failure | undefined;
  readonly retryAfterSeconds?: number;
  readonly reply?: unknown;
}

export interface Handled {
  readonly id: string;
  readonly attempt: number;
  readonly traceparent: string;
  readonly data: unknown;
}

const anything = {
  "~standard": { version: 1, vendor: "test", validate: (value: unknown) => ({ value }) },
} as const;
const orders = {
  kind: "queue",
  name: "orders",
  schema: anything,
  format: "cloudevents",
  connect: () => undefined,
} as unknown as MessageSource<Order>;
const store = { kind: "object-store", name: "photos", connect: () => undefined } as Resource<"object-store">;

/** `one`, `many` (batches), `ask` (called) and `on-photo`, and what their handlers saw. */
export function eventFunctions(): { functions: AnyFunction[]; handled: Handled[] } {
  const handled: Handled[] = [];
  const functions = [
    defineFunction({
      name: "one",
      timeoutSeconds: 0.2,
      trigger: messageReceived(orders),
      handle({ id, data }, { attempt, traceparent }) {
        handled.push({ id, attempt, traceparent, data });
        return obey(data) as Promise<void>;
      },
    }),
    defineFunction({
      name: "many",
      trigger: messageReceived(orders, { batch: { size: 10 } }),
      handle(events, { attempt, traceparent }) {
        const failed = events.flatMap(({ id, data }) => {
          handled.push({ id, attempt, traceparent, data });
          return data?.fail === undefined ? [] : [{ id, error: errorOf(data) }];
        });
        return { failed };
      },
    }),
    defineFunction({
      name: "ask",
      trigger: called({ input: anything, output: anything }),
      handle({ id, data }, { attempt, traceparent }) {
        handled.push({ id, attempt, traceparent, data });
        return obey(data as Order);
      },
    }),
    defineFunction({
      name: "on-photo",
      trigger: objectCreated(store, { suffix: [".jpg"] }),
      handle({ id, data }, { attempt, traceparent }) {
        handled.push({ id, attempt, traceparent, data });
      },
    }),
  ];
  return { functions: functions as unknown as AnyFunction[], handled };
}

async function obey(order: Order | undefined): Promise<unknown> {
  if (order?.fail === "hang") return new Promise(() => {});
  if (order?.fail === "null") throw null;
  if (order?.fail !== undefined) throw errorOf(order);
  return order?.reply;
}

function errorOf({ fail, retryAfterSeconds }: Order): Error {
  const code = Object.keys(errorTable).find((known) => known === fail) as ErrorCode | undefined;
  if (code === undefined) return new Error("the reason");
  return new FunctionError(code, "the reason", retryAfterSeconds === undefined ? {} : { retryAfterSeconds });
}
