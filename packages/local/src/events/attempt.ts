// One attempt at delivering events to an app's process, and what its answer means.

import type { CloudEvent } from "@faasade/core";
import { encodeBatch, encodeStructured } from "@faasade/core/cloudevents";
import type { AppSupervisor } from "../app/supervisor.ts";

export type Verdict =
  | { readonly kind: "done" }
  | { readonly kind: "retry"; readonly reason: string; readonly retryAfterSeconds?: number }
  | { readonly kind: "dead"; readonly reason: string };

export interface AttemptTarget {
  readonly supervisor: AppSupervisor;
  readonly functionName: string;
  readonly timeoutSeconds: number;
}

interface ProblemBody {
  readonly code?: string;
  readonly detail?: string;
  readonly redeliver?: boolean;
}

interface BatchBody {
  readonly failed: readonly {
    id: string;
    code: string;
    message: string;
    redeliver: boolean;
    retryAfterSeconds?: number;
  }[];
}

/** A verdict per event, in order. Never throws: a process that dies or stays silent means "retry". */
export async function attemptDelivery(
  target: AttemptTarget,
  events: readonly CloudEvent[],
  options: { readonly batch: boolean; readonly attempt: number },
): Promise<Verdict[]> {
  const [first] = events;
  if (first === undefined) return [];
  const { body, contentType } = options.batch ? encodeBatch(events) : encodeStructured(first);
  try {
    const process = await target.supervisor.running();
    const reply = await target.supervisor.deliver(
      {
        path: `/.faasade/events/${target.functionName}`,
        headers: { "content-type": contentType, "x-faasade-attempt": String(options.attempt) },
        body,
      },
      target.timeoutSeconds,
    );
    if (reply.status === 204) return events.map(() => ({ kind: "done" }));
    const answer: unknown = JSON.parse(Buffer.from(reply.body).toString("utf8"));
    if (reply.status === 200)
      return options.batch ? judgeBatch(events, answer as BatchBody) : events.map(() => ({ kind: "done" }));
    const problem = answer as ProblemBody;
    // The invocation gave up, but its handler may still be at work: only a new process makes sure it is not.
    if (problem.code === "timeout")
      target.supervisor.recycle(process, `ran ${target.functionName} past its deadline`);
    return events.map(() => judge(problem, reply.headers["retry-after"]));
  } catch (error) {
    return events.map(() => ({
      kind: "retry",
      reason: `The app's process did not answer: ${(error as Error).message}`,
    }));
  }
}

function judge(
  { code = "internal", detail = "no reason given", redeliver = true }: ProblemBody,
  retryAfter: string | undefined,
): Verdict {
  const reason = `${code}: ${detail}`;
  if (!redeliver) return { kind: "dead", reason };
  return {
    kind: "retry",
    reason,
    ...(retryAfter === undefined ? {} : { retryAfterSeconds: Number(retryAfter) }),
  };
}

function judgeBatch(events: readonly CloudEvent[], { failed }: BatchBody): Verdict[] {
  const byId = new Map(failed.map((item) => [item.id, item]));
  return events.map(({ id }): Verdict => {
    const item = byId.get(id);
    if (item === undefined) return { kind: "done" };
    const reason = `${item.code}: ${item.message}`;
    if (!item.redeliver) return { kind: "dead", reason };
    const { retryAfterSeconds } = item;
    return { kind: "retry", reason, ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }) };
  });
}
