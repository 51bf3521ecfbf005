// A handler over functions made for one test, and what they saw.
import { type AnyFunction, type LogRecord, outlineTrigger } from "@faasade/core/adapter";
import { adapt } from "@faasade/platforms/aws-lambda";

export interface Tried {
  readonly handler: ReturnType<typeof adapt>;
  readonly records: LogRecord[];
  /** What handlers were given, in the order in which they began. */
  readonly seen: Seen[];
}

export interface Seen {
  readonly function: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into whatever there is
  readonly event: any;
  readonly attempt: number;
  readonly traceparent: string;
  readonly deadline: number;
}

type Handle = (event: Seen["event"]) => unknown;

/** @param functions name → trigger, and what to do with an event; nothing when left out. */
export function tryLambda(
  functions: Readonly<Record<string, readonly [trigger: AnyFunction["trigger"], handle?: Handle]>>,
  urls: Readonly<Record<string, string>> = {},
): Tried {
  const records: LogRecord[] = [];
  const seen: Seen[] = [];
  const entries = Object.entries(functions).map(([name, [trigger, handle]]) => {
    const definition: AnyFunction = {
      name,
      trigger,
      handle: (event, { attempt, traceparent, deadline }) => {
        seen.push({ function: name, event, attempt, traceparent, deadline });
        return handle?.(event);
      },
    };
    return { name, trigger: outlineTrigger(trigger), load: async () => ({ default: definition }) };
  });
  const load = async () => ({ open: () => undefined });
  const drivers = Object.fromEntries(Object.entries(urls).map(([name, url]) => [name, { url, load }]));
  const handler = adapt(
    { app: "suite", functions: entries, drivers },
    { log: (record) => records.push(record) },
  );
  return { handler, records, seen };
}

export const context = { awsRequestId: "8476a536-e9f4", getRemainingTimeInMillis: () => 20_000 };

/** What a handler threw. */
export async function thrownBy(promise: Promise<unknown>): Promise<Error> {
  return promise.then(
    (value) => Promise.reject(new Error(`it resolved to ${JSON.stringify(value)}`)),
    (error: unknown) => error as Error,
  );
}
