// What an invocation came to, for who counts: a refusal of bad input is not a failure of the function.
import type { Outcome } from "@faasade/core/adapter";
import type { InvocationResult } from "./protocol.ts";

/**
 * Who asks by http or by a call is told what was wrong with it, by a 4xx; an event has nobody to be told, so whatever
 * refuses it has failed it.
 */
export function resultOf(trigger: string, outcome: Outcome): InvocationResult {
  const isAnswered = trigger === "http" || trigger === "call";
  if (!outcome.ok) return isAnswered && outcome.error.status < 500 ? "refused" : "failed";
  const status = trigger === "http" ? (outcome.reply as { status: number }).status : 200;
  if (status >= 500) return "failed";
  return status >= 400 ? "refused" : "ok";
}
