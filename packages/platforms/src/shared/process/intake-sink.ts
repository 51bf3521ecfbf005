// The sink that a Knative binding names: events go there by POST, again until they are taken.
import { setTimeout as pause } from "node:timers/promises";
import { type CloudEvent, FunctionError } from "@faasade/core";
import { encodeHttpBinary } from "@faasade/core/cloudevents";

/** @throws {FunctionError} `unavailable` when the event was not taken, `unprocessable` when it never will be. */
export type Sink = (event: CloudEvent) => Promise<void>;

/** Some senders ask once and look at no answer, so a Broker that starts anew must not cost an event. */
const giveUpAfterSeconds = 20;
const answerSeconds = 5;
/** Every other 4xx is for good; after these Knative's own senders try again, too. */
const retriedStatuses: readonly number[] = [404, 408, 409, 429];

/**
 * @param environment `K_SINK`, and `K_CE_OVERRIDES` where the binding has extensions of its own.
 * @throws {Error} when no sink is named, or the overrides are no JSON.
 */
export function openSink(environment: Readonly<Record<string, string | undefined>>): Sink {
  const { K_SINK, K_CE_OVERRIDES } = environment;
  if (K_SINK === undefined || !URL.canParse(K_SINK) || !/^https?:/.test(K_SINK))
    throw new Error(
      `Cannot pass events on: K_SINK is "${K_SINK ?? ""}". Bind this to a Broker by a SinkBinding.`,
    );
  const { extensions = {} } = JSON.parse(K_CE_OVERRIDES || "{}") as { extensions?: CloudEvent["extensions"] };
  return async (event) => {
    const { headers, body } = encodeHttpBinary({
      ...event,
      data: event.data,
      extensions: { ...event.extensions, ...extensions },
    });
    const until = performance.now() + giveUpAfterSeconds * 1000;
    for (let milliseconds = 100; ; milliseconds = Math.min(2000, milliseconds * 2)) {
      const refusal = await post(K_SINK, headers, body);
      if (refusal === undefined) return;
      const what = `Cannot pass on ${event.id} (${event.type} ${event.subject}): ${refusal.why}.`;
      if (!refusal.again) throw new FunctionError("unprocessable", what);
      if (performance.now() + milliseconds > until) throw new FunctionError("unavailable", what);
      await pause(milliseconds);
    }
  };
}

async function post(
  url: string,
  headers: Record<string, string>,
  body: Uint8Array,
): Promise<{ readonly why: string; readonly again: boolean } | undefined> {
  try {
    const signal = AbortSignal.timeout(answerSeconds * 1000);
    const options = { method: "POST", headers, body: Buffer.from(body), redirect: "error", signal } as const;
    const reply = await fetch(url, options);
    await reply.body?.cancel();
    if (reply.ok) return undefined;
    const again = reply.status >= 500 || retriedStatuses.includes(reply.status);
    return { why: `the sink answers ${reply.status}`, again };
  } catch (error) {
    return { why: `the sink does not answer: ${(error as Error).message}`, again: true };
  }
}
