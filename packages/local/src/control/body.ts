// The body of a request, as it comes and no further than it may: whoever is refused still hears why.
import type { IncomingMessage } from "node:http";
import { FunctionError } from "@faasade/core";

/**
 * The bytes as they arrive; what is left of them when the reader ends is for the server to drop, so that the connection
 * stays whole for the answer.
 * @throws {FunctionError} `too_large`: at once when the body says its size, else with the first byte too many.
 */
export async function* cappedBody(
  request: IncomingMessage,
  maxBytes: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  if (Number(request.headers["content-length"] ?? 0) > maxBytes) throw tooLarge(maxBytes);
  let total = 0;
  const chunks: AsyncIterable<Uint8Array> = request.iterator({ destroyOnReturn: false });
  for await (const chunk of chunks) {
    total += chunk.length;
    if (total > maxBytes) throw tooLarge(maxBytes);
    yield chunk;
  }
}

export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of cappedBody(request, maxBytes)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const maxJsonBytes = 16 << 20;

/** @throws {FunctionError} `too_large`, or `invalid` for what is no JSON object. Nothing at all is an empty one. */
export async function readJson(
  request: IncomingMessage,
  maxBytes = maxJsonBytes,
): Promise<Readonly<Record<string, unknown>>> {
  const bytes = await readBody(request, maxBytes);
  try {
    const value: unknown = bytes.length === 0 ? {} : JSON.parse(bytes.toString("utf8"));
    if (isRecord(value)) return value;
  } catch {
    // Told below: not JSON and not an object are the same mistake.
  }
  throw new FunctionError("invalid", "Cannot accept the body: it must be a JSON object.");
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function tooLarge(maxBytes: number): FunctionError {
  const most = maxBytes % (1 << 20) === 0 ? `${maxBytes / (1 << 20)} MiB` : `${maxBytes} bytes`;
  return new FunctionError(
    "too_large",
    `Cannot accept the body: it is larger than ${most}, the most taken here.`,
  );
}
