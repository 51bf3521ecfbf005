// A function of another file, by name: the caller's bundle never carries the callee.
import type { Ambient } from "../context.ts";
import { FunctionError } from "../error.ts";
import { type InputOf, type OutputOf, type Schema, validate } from "../schema.ts";
import { checkName, type Resource } from "./resource.ts";

export type CallClient<Input, Output> = (input: Input) => Promise<Output>;

export interface Callable<In extends Schema = Schema, Out extends Schema = Schema>
  extends Resource<"function", { call: CallClient<InputOf<In>, OutputOf<Out>> }> {
  readonly input: In;
  readonly output: Out;
}

/** What carries a call: Lambda Invoke, a Knative reply event, elsewhere an authenticated POST. */
export interface CallDriver {
  call(name: string, input: unknown, options: { traceparent: string; signal: AbortSignal }): Promise<unknown>;
}

/** Names a function that can be called: `callable("resize", { input, output })`. */
export function callable<In extends Schema, Out extends Schema>(
  name: string,
  schemas: { readonly input: In; readonly output: Out },
): Callable<In, Out> {
  return {
    kind: "function",
    name: checkName("function", name),
    input: schemas.input,
    output: schemas.output,
    connect: (driver, _access, ambient) => connectCall(name, schemas, driver as CallDriver, ambient),
  };
}

function connectCall<In extends Schema, Out extends Schema>(
  name: string,
  schemas: { readonly input: In; readonly output: Out },
  driver: CallDriver,
  ambient: Ambient,
): CallClient<InputOf<In>, OutputOf<Out>> {
  return async (input) => {
    await validate(schemas.input, input, `the input of ${name}`);
    const { traceparent, signal } = ambient;
    const output = await driver.call(name, input, { traceparent, signal });
    try {
      return await validate(schemas.output, output, `the output of ${name}`);
    } catch (error) {
      throw new FunctionError("internal", `Cannot use the reply of ${name}: ${(error as Error).message}`, {
        cause: error,
      });
    }
  };
}
