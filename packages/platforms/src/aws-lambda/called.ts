// Calls by name, by direct invocation: the reply is the function's output, a failure is Lambda's function error.
import type { CloudEvent } from "@faasade/core";
import { readTraceparent } from "@faasade/core/adapter";
import { type Fields, textOf } from "../shared/fields.ts";
import type { Invocation } from "./invocation.ts";
import type { Lambda } from "./lambda.ts";
import { RefusedEvent } from "./refused-event.ts";

/** @throws {RefusedEvent} with the error's code as its name, so that the caller can tell one from another. */
export async function answer(lambda: Lambda, event: Fields, invocation: Invocation): Promise<unknown> {
  const { app } = lambda.artefact;
  const qualified = textOf(event["function"]) ?? "";
  const functionName = qualified.startsWith(`${app}/`) ? qualified.slice(app.length + 1) : qualified;
  const traceparent = readTraceparent(textOf(event["traceparent"])) ?? invocation.traceparent;
  const call: CloudEvent = {
    specversion: "1.0",
    id: textOf(event["id"]) ?? (invocation.requestId || lambda.host.ids.next()),
    source: "/call",
    type: "dev.faasade.call",
    datacontenttype: "application/json",
    data: event["input"],
    extensions: {},
  };
  const outcome = await lambda.app.call(functionName, call, {
    ...(invocation.deadline === undefined ? {} : { deadline: invocation.deadline }),
    ...(traceparent === undefined ? {} : { traceparent }),
  });
  if (outcome.ok) return outcome.reply ?? null;
  throw new RefusedEvent(outcome.error);
}
