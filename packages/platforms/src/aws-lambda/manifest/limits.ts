// What AWS Lambda cannot do is refused before anything is deployed; what it does otherwise is noted.
import type { FunctionDescription } from "@faasade/core/adapter";
import type { Support, SupportTable } from "../../shared/platform.ts";
import { type Plan, resourceOf, startedBy } from "./plan.ts";
import { refused } from "./refusal.ts";

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const mostSeconds = 900;
/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html */
const httpApiSeconds = 30;
/** 6 MiB of JSON, in which a body stands as base64, less 64 KiB for everything else. */
const mostBodyBytes = Math.floor(((6 << 20) - (64 << 10)) * 0.75);
/** An asynchronous invocation is tried three times at most. */
export const mostAsynchronousAttempts = 3;

/** @throws {ManifestRefusal} for the first thing that cannot be. */
export function checkLimits(plan: Plan, triggers: SupportTable): void {
  for (const fn of plan.deployment.functions) {
    checkSupport(plan, triggers, fn);
    if (fn.timeoutSeconds > mostSeconds)
      throw refused(
        fn.name,
        `it may take ${fn.timeoutSeconds} s, and AWS Lambda stops it after ${mostSeconds} s`,
        "Lower timeoutSeconds and split the work into messages, or deploy it to a platform without that limit",
      );
    noteAttempts(plan, fn);
  }
  checkAuth(plan, triggers);
  if (plan.deployment.packaging !== "web") noteHttpApi(plan);
}

function checkSupport(plan: Plan, triggers: SupportTable, { name, trigger }: FunctionDescription): void {
  const answer = (): { support: Support | undefined; what: string } => {
    if (trigger.kind === "object") {
      const { driver } = resourceOf(plan, { kind: "object-store", name: trigger.store });
      return {
        support: triggers.object[driver],
        what: `objects in ${trigger.store}, whose driver is ${driver}`,
      };
    }
    if (trigger.kind === "message") {
      const { driver } = resourceOf(plan, { kind: trigger.sourceKind, name: trigger.source });
      return {
        support: triggers.message[driver],
        what: `messages of ${trigger.source}, whose driver is ${driver}`,
      };
    }
    return { support: triggers[trigger.kind], what: trigger.kind };
  };
  const { support, what } = answer();
  if (support === undefined) {
    const drivers = Object.keys(trigger.kind === "object" ? triggers.object : triggers.message);
    throw refused(name, `nothing here starts it by ${what}`, `Build it with one of: ${drivers.join(", ")}`);
  }
  if (support.how === "unsupported")
    throw refused(name, `nothing here starts it by ${what}: ${support.why}`, support.instead);
}

function checkAuth(plan: Plan, { http }: SupportTable): void {
  for (const { fn, trigger } of startedBy(plan, "http"))
    for (const { auth, method, path } of trigger.routes)
      if (!http.auth.includes(auth))
        throw refused(
          fn.name,
          `${method} ${path} wants auth "${auth}"`,
          `Use one of: ${http.auth.join(", ")}`,
        );
}

/** What an HTTP API, and the JSON in which it hands over requests, leave of time and of bodies. */
function noteHttpApi(plan: Plan): void {
  const { template } = plan;
  for (const { fn, trigger } of startedBy(plan, "http")) {
    for (const { method, path, maxBodyBytes } of trigger.routes)
      if (maxBodyBytes > mostBodyBytes)
        template.note(
          `${fn.name}: ${method} ${path} takes ${maxBodyBytes} bytes, but AWS Lambda refuses requests of more than about ${mostBodyBytes} bytes of body.`,
        );
    if (fn.timeoutSeconds > httpApiSeconds)
      template.note(
        `${fn.name}: an HTTP API answers 503 after ${httpApiSeconds} s, while the function may go on for ${fn.timeoutSeconds} s.`,
      );
  }
}

function noteAttempts({ template }: Plan, { name, trigger, maxAttempts }: FunctionDescription): void {
  const isAsynchronous =
    trigger.kind === "schedule" ||
    trigger.kind === "object" ||
    (trigger.kind === "message" && trigger.sourceKind === "topic");
  if (!isAsynchronous || maxAttempts <= mostAsynchronousAttempts) return;
  template.note(
    `${name}: a failing event is delivered ${mostAsynchronousAttempts} times, the most AWS Lambda does, not ${maxAttempts}; then it goes to the dead letters.`,
  );
}
