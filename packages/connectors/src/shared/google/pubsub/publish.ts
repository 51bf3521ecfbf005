// Messages as Pub/Sub carries them: bytes with attributes, a thousand and 10 MB to a request.
import { FunctionError } from "@faasade/core";
import type { PubSubConnection } from "./connection.ts";
import { describeTarget, type PubSubTarget } from "./target.ts";

export interface Outgoing {
  readonly id: string;
  readonly body: Uint8Array;
  readonly contentType: string;
  readonly key?: string;
}

export type Attributes = Readonly<Record<string, string>>;

/** https://cloud.google.com/pubsub/quotas#resource_limits */
const mostInRequest = 1000;
const mostRequestBytes = 10_000_000;
const mostAttributeBytes = 1024;
/** Kept free, so that whatever was sent can be buried with its reason. */
const spareBytes = 16_384;

/** @throws {FunctionError} `too_large`, or `invalid` for what no attribute can hold. */
export function encodeMessage({ id, body, contentType, key }: Outgoing): string {
  const about = key === undefined || key === "" ? {} : { key };
  const attributes: Attributes = { "content-type": contentType, id, ...about };
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== "" && value.isWellFormed() && Buffer.byteLength(value) <= mostAttributeBytes) continue;
    throw new FunctionError(
      "invalid",
      `Cannot send the message ${JSON.stringify(id.slice(0, 80))}: Pub/Sub cannot carry its ${name}, which has to be text of 1 to ${mostAttributeBytes} bytes.`,
    );
  }
  const encoded = encodeWith(body, attributes);
  const most = mostRequestBytes - spareBytes;
  const bytes = Buffer.byteLength(encoded);
  if (bytes <= most) return encoded;
  throw new FunctionError(
    "too_large",
    `Cannot send the message ${id}: it has ${bytes} bytes as they travel, and ${most} are allowed. Put the data into a store and send its key.`,
  );
}

export function encodeWith(body: Uint8Array, attributes: Attributes): string {
  return JSON.stringify({ data: Buffer.from(body).toString("base64"), attributes });
}

/**
 * One request after the other; each is taken as a whole, or not at all.
 * @throws {FunctionError} `unavailable`, saying how many were sent, when some could not be.
 */
export async function publishAll(
  connection: PubSubConnection,
  target: PubSubTarget,
  messages: readonly string[],
): Promise<void> {
  let sent = 0;
  for (const request of requestsOf(messages)) {
    await publish(connection, target.topic, request).catch((thrown: FunctionError) => {
      if (sent === 0) throw thrown;
      const what = `${messages.length - sent} of ${messages.length} messages to ${describeTarget(target)}`;
      throw new FunctionError("unavailable", `Cannot send ${what}: ${thrown.message} The others were sent.`, {
        cause: thrown,
      });
    });
    sent += request.length;
  }
}

export async function publish(
  connection: PubSubConnection,
  topic: string,
  messages: readonly string[],
): Promise<void> {
  const asked = { method: "publish", permission: "pubsub.topics.publish" } as const;
  await connection.call(`topics/${topic}`, asked, `{"messages":[${messages.join(",")}]}`);
}

function requestsOf(messages: readonly string[]): string[][] {
  const requests: string[][] = [];
  let bytes = 0;
  for (const message of messages) {
    const size = Buffer.byteLength(message) + 1;
    const last = requests.at(-1);
    if (last !== undefined && last.length < mostInRequest && bytes + size <= mostRequestBytes - spareBytes) {
      last.push(message);
      bytes += size;
    } else {
      requests.push([message]);
      bytes = size;
    }
  }
  return requests;
}
