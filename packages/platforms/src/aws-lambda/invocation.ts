// What Lambda says of one invocation beside its event.
import type { Clock } from "@faasade/core";
import { readTraceparent } from "@faasade/core/adapter";
import { deadlineWithin } from "../shared/deadline.ts";

/** What is read of Lambda's context object. */
export interface LambdaContext {
  readonly awsRequestId?: string;
  readonly xRayTraceId?: string | undefined;
  getRemainingTimeInMillis?(): number;
}

export interface Invocation {
  readonly requestId: string;
  /** Epoch milliseconds: shortly before Lambda ends the process. */
  readonly deadline?: number;
  readonly traceparent?: string;
}

export function readContext(context: LambdaContext | undefined, clock: Clock): Invocation {
  const remaining = context?.getRemainingTimeInMillis?.();
  const traceparent = traceparentOf(context?.xRayTraceId ?? environmentTrace());
  return {
    requestId: context?.awsRequestId ?? "",
    ...(typeof remaining !== "number" || Number.isNaN(remaining)
      ? {}
      : { deadline: deadlineWithin(clock, remaining) }),
    ...(traceparent === undefined ? {} : { traceparent }),
  };
}

/** `Root=1-<8 hex>-<24 hex>;Parent=<16 hex>;Sampled=1` as W3C writes it; undefined when it is not sampled. */
export function traceparentOf(header: unknown): string | undefined {
  if (typeof header !== "string" || !/(?:^|;)\s*Sampled=1/.test(header)) return undefined;
  const root = /(?:^|;)\s*Root=1-([0-9a-f]{8})-([0-9a-f]{24})/.exec(header);
  const parent = /(?:^|;)\s*Parent=([0-9a-f]{16})/.exec(header)?.[1];
  if (root === null || parent === undefined) return undefined;
  return readTraceparent(`00-${root[1]}${root[2]}-${parent}-01`);
}

/** Only where one invocation runs at a time is the process's environment that invocation's. */
function environmentTrace(): string | undefined {
  return process.env["AWS_LAMBDA_MAX_CONCURRENCY"] === undefined
    ? process.env["_X_AMZN_TRACE_ID"]
    : undefined;
}
