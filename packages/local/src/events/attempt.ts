// One attempt at delivering events to an app's process, and what its answer means.

import type { CloudEvent } from "@faasade/core";
import { encodeBatch, encodeStructured } from "@faasade/core/cloudevents";
import type { AppSupervisor } from "../app/supervisor.ts";

export type Verdict =
  | { readonly kind: "done" }
  | {
      readonly kind: "retry";
      readonly reason: string;
      readonly retryAfterSeconds?: number;
      /** The function was not even started. */
      readonly unreached?: true;
    }
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
  const { supervisor, functionName, timeoutSeconds } = target;
  let isReached = false;
  try {
    const process = await supervisor.running();
    if (!supervisor.functions.some(({ name }) => name === functionName))
      throw new Error(`there is no ${functionName} any more`);
    isReached = true;
    const reply = await process.deliver(
      {
        path: `/.faasade/events/${functionName}`,
        headers: { "content-type": contentType, "x-faasade-attempt": String(options.attempt) },
        body,
      },
      timeoutSeconds,
    );
    if (reply.status === 204) return events.map(() => ({ kind: "done" }));
    const answer: unknown = JSON.parse(Buffer.from(reply.body).toString("utf8"));
    if (reply.status === 200 && !options.batch) return events.map(() => ({ kind: "done" }));
    if (reply.status === 200) return judgeBatch(events, answer as BatchBody);
    return events.map(() => judge(answer as ProblemBody, reply.headers["retry-after"]));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const unreached = !isReached || code === "ECONNREFUSED" || code === "ENOENT";
    const reason = `The app's process did not answer: ${message}`;
    return events.map(() => ({ kind: "retry", reason, ...(unreached ? { unreached } : {}) }));
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
