// A message of a queue or topic as the event that functions get, the same on every platform.
import type { CloudEvent } from "@faasade/core";
import { decodeHttp, decodeStructured, encodeHttpBinary } from "@faasade/core/cloudevents";

export interface ReceivedMessage {
  /** The queue's or topic's own id of it, the same at each delivery. */
  readonly id: string;
  /** When it was sent, RFC 3339. */
  readonly time: string | undefined;
  readonly body: Uint8Array;
  readonly contentType: string | undefined;
  /** The key that a raw message was sent with: which device it is of. */
  readonly subject?: string;
}

interface Source {
  readonly name: string;
  readonly format: "cloudevents" | "raw";
}

/**
 * `cloudevents` is one structured event in JSON. `raw` is bare data: of its content type where the sender said one,
 * else the JSON, the text or the bytes that it turns out to be.
 * @throws {CloudEventError} when the body is no CloudEvent; it will be none the next time either.
 */
export function messageEvent(message: ReceivedMessage, source: Source): CloudEvent {
  const { id, time, body, contentType, subject } = message;
  if (source.format !== "raw") return decodeStructured(body);
  const { headers } = encodeHttpBinary({
    specversion: "1.0",
    id,
    source: `/${source.name}`,
    type: "dev.faasade.message",
    time,
    ...(subject === undefined ? {} : { subject }),
    data: undefined,
    extensions: {},
  });
  return decodeHttp({ ...headers, "content-type": bareType(contentType, body) }, body) as CloudEvent;
}

/** A bare message is never read as an event, whatever its sender calls it. */
function bareType(said: string | undefined, body: Uint8Array): string {
  if (said !== undefined) return /^\s*application\/cloudevents/i.test(said) ? "application/json" : said;
  if (!process.getBuiltinModule("node:buffer").isUtf8(body)) return "application/octet-stream";
  try {
    JSON.parse(Buffer.from(body).toString("utf8"));
    return "application/json";
  } catch {
    return "text/plain; charset=utf-8";
  }
}
