// Started by name, by a function, a flow or an operator.
import type { CloudEvent } from "../cloudevents/event.ts";
import type { Callable } from "../resource/callable.ts";
import type { InputOf, OutputOf, Schema } from "../schema.ts";
import type { Trigger } from "./catalog.ts";

export interface CallTrigger<In extends Schema = Schema, Out extends Schema = Schema>
  extends Trigger<"call", CloudEvent<OutputOf<In>>, InputOf<Out>> {
  readonly input: In;
  readonly output: Out;
}

/** Starts the function when it is called by name; the reply is checked against `output`. */
export function called<In extends Schema, Out extends Schema>(
  target: Callable<In, Out> | { readonly input: In; readonly output: Out },
): CallTrigger<In, Out> {
  return { kind: "call", input: target.input, output: target.output };
}
