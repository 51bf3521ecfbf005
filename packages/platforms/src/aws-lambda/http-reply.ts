// A reply as plain JSON holds it: whole, and as text or base64.
import { FunctionError, type Reply } from "@faasade/core";
import { openStream } from "../shared/server/reply-stream.ts";

export interface PlainReply {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, readonly string[]>>;
  readonly body: string;
  readonly isBase64Encoded: boolean;
}

/** Fields about the connection to the client, which is the gateway's; it computes the length as well. */
const connectionFields = new Set([
  "connection",
  "content-length",
  "keep-alive",
  "proxy-connection",
  "transfer-encoding",
  "upgrade",
]);

/**
 * @throws {FunctionError} `too_large` as soon as a stream has more bytes than that.
 * @throws {Error} when the reply is no valid HTTP, or its stream fails: nothing was sent then.
 */
export async function plainReply(reply: Reply, method: string, maxBytes: number): Promise<PlainReply> {
  const { status } = reply;
  if (!(Number.isInteger(status) && status >= 200 && status <= 599))
    throw new RangeError(`Cannot send the status ${status}: it must be from 200 to 599.`);
  const headers = headersOf(reply.headers);
  const isEmpty = method === "HEAD" || status === 204 || status === 304;
  const body = isEmpty ? release(reply.body) : await wholeBody(reply.body, maxBytes);
  return { status, headers, ...encodeBody(body, headers) };
}

/** @throws {TypeError} for what no header field may be (RFC 9110, 5.5 and 5.6.2), as `node:http` does. */
function headersOf(fields: Reply["headers"]): PlainReply["headers"] {
  const headers: Record<string, readonly string[]> = {};
  for (const [given, value] of Object.entries(fields)) {
    const name = given.toLowerCase();
    if (connectionFields.has(name)) continue;
    const values = [value].flat().map(String);
    if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name) || values.some((one) => /[^\t\x20-\x7e\x80-\xff]/.test(one)))
      throw new TypeError(
        `Cannot send the header field ${JSON.stringify(name)}: its name or value is not valid.`,
      );
    headers[name] = [...(headers[name] ?? []), ...values];
  }
  return headers;
}

async function wholeBody(body: Reply["body"], maxBytes: number): Promise<string | Uint8Array> {
  if (body === undefined) return "";
  if (typeof body === "string" || body instanceof Uint8Array) return body;
  const stream = openStream(body);
  const chunks: Uint8Array[] = [];
  let total = 0;
  try {
    for (let next = await stream.next(); next.done !== true; next = await stream.next()) {
      const chunk = next.value as Uint8Array;
      total += chunk.length;
      if (total > maxBytes) {
        const message = `Cannot send the reply: its stream has more than ${maxBytes} bytes, the most that Lambda carries at once.`;
        throw new FunctionError("too_large", message);
      }
      chunks.push(chunk);
    }
  } finally {
    stream.release();
  }
  return Buffer.concat(chunks);
}

/** The body of a reply that has none: a stream is let go unread. */
function release(body: Reply["body"]): string {
  if (body !== undefined && typeof body !== "string" && !(body instanceof Uint8Array))
    openStream(body).release();
  return "";
}

function encodeBody(
  body: string | Uint8Array,
  headers: PlainReply["headers"],
): Pick<PlainReply, "body" | "isBase64Encoded"> {
  if (typeof body === "string") return { body: body.toWellFormed(), isBase64Encoded: false };
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  if (isText(headers) && process.getBuiltinModule("node:buffer").isUtf8(bytes))
    return { body: bytes.toString("utf8"), isBase64Encoded: false };
  return { body: bytes.toString("base64"), isBase64Encoded: true };
}

/** Text that the gateway passes on as it is; whatever is compressed is bytes. */
function isText(headers: PlainReply["headers"]): boolean {
  if (headers["content-encoding"] !== undefined) return false;
  const type = headers["content-type"]?.[0]?.toLowerCase() ?? "";
  return /^(?:text\/|application\/(?:[\w.-]+\+)?(?:json|xml|javascript)\b)/.test(type);
}
