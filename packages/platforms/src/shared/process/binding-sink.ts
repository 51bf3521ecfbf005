// The sink that a Knative binding names: each event goes there by POST.
import type { CloudEvent } from "@faasade/core";
import { encodeHttpBinary } from "@faasade/core/cloudevents";
import { type NotTaken, nameOf, type Sink, untilTaken } from "./intake-sink.ts";

const answerSeconds = 5;
/** Every other 4xx is for good; after these Knative's own senders try again, too. */
const retriedStatuses: readonly number[] = [404, 408, 409, 429];

/**
 * @param environment `K_SINK`, and `K_CE_OVERRIDES` where the binding has extensions of its own.
 * @throws {Error} when no sink is named, or the overrides are no JSON.
 */
export function bindingSink(environment: Readonly<Record<string, string | undefined>>): Sink {
  const { K_SINK, K_CE_OVERRIDES } = environment;
  if (K_SINK === undefined || !URL.canParse(K_SINK) || !/^https?:/.test(K_SINK))
    throw new Error(
      `Cannot pass events on: K_SINK is "${K_SINK ?? ""}". Bind this to a Broker by a SinkBinding.`,
    );
  const { extensions = {} } = JSON.parse(K_CE_OVERRIDES || "{}") as { extensions?: CloudEvent["extensions"] };
  return async (awaited) => {
    for (const one of awaited) {
      const { event } = one;
      const { headers, body } = encodeHttpBinary({
        ...event,
        data: event.data,
        extensions: { ...event.extensions, ...extensions },
      });
      await untilTaken(nameOf(one), () => post(K_SINK, headers, body));
    }
  };
}

async function post(
  url: string,
  headers: Record<string, string>,
  body: Uint8Array,
): Promise<NotTaken | undefined> {
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
