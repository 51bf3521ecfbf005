// AWS Lambda at run time: whatever the platform sends goes to the app, and its answer back.
import { type LogRecord, openApp } from "@faasade/core/adapter";
import type { Artefact } from "../shared/artefact.ts";
import { fieldsOf } from "../shared/fields.ts";
import { type ProcessHostOptions, processHost } from "../shared/host.ts";
import { type Family, familyOf } from "./family.ts";
import { type Invocation, type LambdaContext, readContext } from "./invocation.ts";
import type { Lambda } from "./lambda.ts";
import { RefusedEvent } from "./refused-event.ts";

interface FamilyModule {
  /** @throws {Error} where a throw is what makes the platform deliver again. */
  answer(lambda: Lambda, event: Readonly<Record<string, unknown>>, invocation: Invocation): Promise<unknown>;
}

export interface LambdaOptions extends ProcessHostOptions {
  /** What requests go through, of an artefact that carries it in its entry. Default: loaded with the first request. */
  readonly http?: FamilyModule;
}

/** Each with what only it needs, loaded with the first event of its kind. */
const families: Readonly<Record<Family, () => Promise<FamilyModule>>> = {
  http: () => import("./http.ts"),
  object: () => import("./objects.ts"),
  queue: () => import("./queues.ts"),
  topic: () => import("./topics.ts"),
  schedule: () => import("./scheduled.ts"),
  call: () => import("./called.ts"),
};

/**
 * The handler of an artefact, of exactly two parameters: the runtime refuses one with a third. It may run any number
 * of events at once. An HTTP request is always answered; any other event that was not handled makes it throw, or is
 * named in `batchItemFailures`, so that the platform delivers it again and dead-letters it at last.
 * @throws {TypeError} when two functions of the artefact claim one route or one name.
 */
export function adapt(
  artefact: Artefact,
  options: LambdaOptions = {},
): (event: unknown, context: LambdaContext) => Promise<unknown> {
  const host = processHost(artefact, options);
  const lambda: Lambda = { artefact, host, app: openApp(artefact, host) };
  const { http } = options;
  const loaded: Partial<Record<Family, FamilyModule | Promise<FamilyModule>>> =
    http === undefined ? {} : { http };
  return async (event, context) => {
    const invocation = readContext(context, host.clock);
    try {
      const family = familyOf(event);
      if (family === "test") return { acknowledged: 0 };
      loaded[family] ??= families[family]();
      const { answer } = await loaded[family];
      return await answer(lambda, fieldsOf(event), invocation);
    } catch (thrown) {
      const refused = RefusedEvent.of(thrown);
      host.log(toRecord(refused, invocation, host.clock.now()));
      throw refused;
    }
  };
}

function toRecord(
  { message, name }: RefusedEvent,
  { requestId, traceparent }: Invocation,
  time: number,
): LogRecord {
  return {
    time,
    level: "error",
    message,
    function: "",
    invocation: requestId,
    traceparent: traceparent ?? "",
    fields: { code: name },
  };
}
