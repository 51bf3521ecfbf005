// Delivery of events that Lambda got asynchronously: all of them were handled, or Lambda is told to come again.
import type { FunctionError } from "@faasade/core";
import type { EventDelivery } from "@faasade/core/adapter";
import { failuresOf } from "../shared/deliver.ts";
import type { Invocation } from "./invocation.ts";
import type { Lambda } from "./lambda.ts";
import { RefusedEvent } from "./refused-event.ts";

export interface Target {
  readonly functionName: string;
  readonly delivery: EventDelivery;
}

/**
 * Delivers to every target at once, so that one that hangs holds up no other.
 * @throws {RefusedEvent} when anything failed, for good or for now: there is no other way to Lambda's retries and to
 * the function's OnFailure destination.
 */
export async function deliverAll(
  lambda: Lambda,
  targets: readonly Target[],
  { deadline, traceparent }: Invocation,
): Promise<{ acknowledged: number }> {
  const how = {
    ...(deadline === undefined ? {} : { deadline }),
    ...(traceparent === undefined ? {} : { traceparent }),
  };
  const failures = await Promise.all(
    targets.map(async ({ functionName, delivery }) => {
      const failed = await failuresOf(lambda.app, functionName, { ...how, ...delivery });
      return [...failed].map(([id, error]) => ({ id, error, functionName }));
    }),
  );
  const failed = failures.flat();
  const worst = failed.find(({ error }) => error.redeliver) ?? failed[0];
  if (worst === undefined) return { acknowledged: targets.length };
  throw new RefusedEvent(worst.error, failed.map(describe).join("\n"));
}

function describe(failure: { id: string; error: FunctionError; functionName: string }): string {
  const { id, error, functionName } = failure;
  return `${functionName} did not handle ${id} (${error.code}): ${error.message}`;
}
