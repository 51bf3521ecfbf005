// A host for tests: a clock that stands still, replayable chance, everything logged kept.
import type { CloudEvent, MessageSource } from "@faasade/core";
import {
  type AnyFunction,
  type App,
  type Composition,
  createIds,
  type Host,
  type HttpDelivery,
  type LogRecord,
  openApp,
  outlineTrigger,
  type TriggerOutline,
} from "@faasade/core/adapter";
import * as v from "valibot";

export interface TestHost extends Host {
  readonly records: LogRecord[];
  time: number;
}

export function testHost(overrides: Partial<Host> = {}): TestHost {
  const records: LogRecord[] = [];
  let seed = 1;
  const random = (): number => {
    seed = (seed * 16_807) % 2_147_483_647;
    return seed / 2_147_483_647;
  };
  const host = {
    records,
    time: Date.UTC(2026, 0, 1),
    clock: { now: () => host.time },
    random,
    ids: createIds({ now: () => host.time }, random),
    log: (record: LogRecord) => void records.push(record),
    configuration: () => undefined,
    secrets: async (name: string) => Promise.reject(new Error(`no secret ${name}`)),
    http: { fetch: async () => Promise.reject(new Error("no network")) },
    ...overrides,
  } as TestHost;
  return host;
}

/** An app of these functions, with drivers by resource name. */
export function appOf(
  functions: readonly AnyFunction[],
  host: Host,
  drivers: Composition["drivers"] = {},
): App {
  const entries = functions.map((fn) => ({
    name: fn.name,
    // As a generated entry holds it: through text, and without what only the loaded function knows.
    trigger: JSON.parse(JSON.stringify(outlineTrigger(fn.trigger))) as TriggerOutline,
    load: async () => ({ default: fn }),
  }));
  return openApp({ app: "test", functions: entries, drivers }, host);
}

export function eventOf(data: unknown, overrides: Partial<CloudEvent> = {}): CloudEvent {
  return {
    specversion: "1.0",
    id: "1",
    source: "/test",
    type: "dev.faasade.test",
    datacontenttype: "application/json",
    data,
    extensions: {},
    ...overrides,
  };
}

export const asFunction = (fn: unknown): AnyFunction => fn as AnyFunction;

/** One request to an app of these functions. */
export function ask(
  functions: readonly unknown[],
  delivery: Partial<HttpDelivery> & { target: string },
  host = testHost(),
) {
  return appOf(functions.map(asFunction), host).http({ method: "GET", headers: {}, ...delivery });
}

export const jobs = {
  kind: "queue",
  name: "jobs",
  schema: v.object({ count: v.number() }),
  format: "cloudevents",
  connect: () => undefined,
} as unknown as MessageSource<{ count: number }>;
