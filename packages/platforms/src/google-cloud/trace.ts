// The trace that a request belongs to, as Google's front end says it where it does not speak W3C Trace Context.
import { readTraceparent } from "@faasade/core/adapter";

export const traceField = "x-cloud-trace-context";
const mostSpan = 2n ** 64n;

/**
 * `<trace id, 32 hex>/<span id, decimal>;o=<1 if sampled>` as W3C writes it; undefined for anything else.
 * https://cloud.google.com/trace/docs/trace-context
 */
export function traceparentOf(field: string | null | undefined): string | undefined {
  const said = /^([0-9a-fA-F]{32})\/(\d{1,20})(?:;o=([0-3]))?$/.exec(field ?? "");
  if (said === null) return undefined;
  const span = BigInt(said[2] as string);
  if (span >= mostSpan) return undefined;
  const isSampled = (Number(said[3] ?? 0) & 1) === 1;
  const trace = (said[1] as string).toLowerCase();
  return readTraceparent(`00-${trace}-${span.toString(16).padStart(16, "0")}-${isSampled ? "01" : "00"}`);
}
