// An app as a platform drives it: the composition root gives its parts, the adapter its deliveries.
import type { CloudEvent } from "../cloudevents/event.ts";
import { FunctionError } from "../error.ts";
import type { Reply } from "../http/reply.ts";
import type { EventDelivery } from "./handle-events.ts";
import { type HttpDelivery, handleHttp } from "./handle-http.ts";
import type { Composition, FunctionEntry, Host } from "./host.ts";
import { Invoker } from "./invoker.ts";
import type { EventReply, Outcome } from "./outcome.ts";
import { Router } from "./router.ts";

type EventPipeline = typeof import("./handle-events.ts");

export interface App {
  readonly name: string;
  readonly functions: readonly FunctionEntry[];
  /** Always answers; errors are problem documents. */
  http(delivery: HttpDelivery): Promise<Reply>;
  /** Never throws; failed events are named, with whether they may be delivered again. */
  events(functionName: string, delivery: EventDelivery): Promise<Outcome<EventReply>>;
  /** Never throws. */
  call(functionName: string, event: CloudEvent, options?: Omit<EventDelivery, "events">): Promise<Outcome>;
  close(): Promise<void>;
}

/** @throws {TypeError} when two functions claim one route or one name. */
export function openApp(composition: Composition, host: Host): App {
  const invoker = new Invoker(composition, host);
  const router = new Router(composition.functions);
  const entries = new Map<string, FunctionEntry>();
  for (const entry of composition.functions) {
    if (entries.has(entry.name))
      throw new TypeError(`Cannot open ${composition.app}: two functions are named ${entry.name}.`);
    entries.set(entry.name, entry);
  }
  const find = (name: string, kinds: (kind: string) => boolean): FunctionEntry | Outcome<never> => {
    const entry = entries.get(name);
    if (entry !== undefined && kinds(entry.trigger.kind)) return entry;
    const why = entry === undefined ? "there is no such function" : `it is started by ${entry.trigger.kind}`;
    return {
      ok: false,
      error: new FunctionError("not_found", `Cannot invoke ${composition.app}/${name}: ${why}.`),
    };
  };
  // People wait for a page, nobody for an event: what events go through is loaded with the first.
  let loaded: EventPipeline | undefined;
  const pass = <Result>(through: (pipeline: EventPipeline) => Promise<Result>): Promise<Result> => {
    if (loaded !== undefined) return through(loaded);
    return import("./handle-events.ts").then((pipeline) => {
      loaded = pipeline;
      return through(pipeline);
    });
  };
  return {
    name: composition.app,
    functions: composition.functions,
    http: (delivery) => handleHttp(invoker, router, delivery),
    events(name, delivery) {
      const entry = find(name, (kind) => kind !== "http" && kind !== "call");
      if ("ok" in entry) return Promise.resolve(entry);
      return pass(({ handleEvents }) => handleEvents(invoker, entry, delivery));
    },
    call(name, event, options = {}) {
      const entry = find(name, (kind) => kind === "call");
      if ("ok" in entry) return Promise.resolve(entry);
      return pass(({ handleCall }) => handleCall(invoker, entry, event, options));
    },
    close: () => invoker.drivers.close(),
  };
}
