// HTTP of the Node model: a request of the library as core takes it, and a reply that the library sends as it is.
import { type HttpRequest, HttpResponse } from "@azure/functions";
import type { Reply } from "@faasade/core";
import { type HttpDelivery, problem, toFunctionError } from "@faasade/core/adapter";
import { answerEvents } from "../shared/server/events.ts";
import { openStream } from "../shared/server/reply-stream.ts";
import { deadlineOf, type FunctionApp, logError } from "./function-app.ts";
import { principalOf } from "./principal.ts";

/** Always answers. */
export async function answerRequest(functionApp: FunctionApp, request: HttpRequest): Promise<HttpResponse> {
  const reply = await functionApp.app.http(toDelivery(functionApp, request));
  return toResponse(functionApp, reply, request.method);
}

/** A call by name, as a CloudEvent. Always answers. */
export async function answerCall(
  functionApp: FunctionApp,
  functionName: string,
  request: HttpRequest,
): Promise<HttpResponse> {
  const delivery = toDelivery(functionApp, request);
  const reply = await answerEvents(functionApp.app, functionName, delivery, { revealReasons: true });
  return toResponse(functionApp, reply, request.method);
}

function toDelivery(functionApp: FunctionApp, { method, url, headers, body }: HttpRequest): HttpDelivery {
  const [, origin, target] = /^([^:]+:\/\/[^/]*)([^#]*)/.exec(url) ?? [];
  return {
    method,
    target: target || "/",
    ...(origin === undefined ? {} : { origin }),
    headers: [...headers],
    ...(body === null ? {} : { body }),
    ...deadlineOf(functionApp, "http"),
    ...principalOf(functionApp, headers),
  };
}

/** Fields about the connection to the client, which is the host's. */
const connectionFields = new Set([
  "connection",
  "content-length",
  "keep-alive",
  "proxy-connection",
  "transfer-encoding",
  "upgrade",
]);

async function toResponse(functionApp: FunctionApp, reply: Reply, method: string): Promise<HttpResponse> {
  try {
    return await wholeResponse(reply, method);
  } catch (thrown) {
    const error = toFunctionError(thrown);
    logError(functionApp, `Cannot send the reply: ${error.message}`);
    return wholeResponse(problem(error), method);
  }
}

/**
 * Streams are read to their end first: once it has begun to send, the library cannot say that one broke.
 * @throws {Error} when the reply is no valid HTTP, or its stream fails: nothing was sent then.
 */
async function wholeResponse({ status, headers, body }: Reply, method: string): Promise<HttpResponse> {
  if (!(Number.isInteger(status) && status >= 200 && status <= 599))
    throw new RangeError(`The status ${status} is not from 200 to 599.`);
  const fields = new Headers();
  for (const [name, values] of Object.entries(headers))
    if (!connectionFields.has(name.toLowerCase()))
      for (const value of [values].flat()) fields.append(name, value);
  const isEmpty = method === "HEAD" || status === 204 || status === 304;
  const bytes = await wholeBody(body, isEmpty);
  return exactResponse(status, fields, isEmpty ? undefined : bytes);
}

async function wholeBody(body: Reply["body"], isEmpty: boolean): Promise<Uint8Array<ArrayBuffer>> {
  if (body === undefined || typeof body === "string" || body instanceof Uint8Array)
    return Buffer.from(body ?? "");
  const stream = openStream(body);
  const pieces: Uint8Array[] = [];
  try {
    if (!isEmpty)
      for (let next = await stream.next(); next.done !== true; next = await stream.next())
        pieces.push(next.value as Uint8Array);
  } finally {
    stream.release();
  }
  return Buffer.concat(pieces);
}

/**
 * The library copies field by field, so that of several cookies the last would stay, and its own `cookies` encodes
 * their values anew. What it copies ends in `setHeader` of node:http, which takes a list.
 */
function exactResponse(
  status: number,
  fields: Headers,
  body: Uint8Array<ArrayBuffer> | undefined,
): HttpResponse {
  const cookies = fields.getSetCookie();
  const apart = [...fields.entries()].filter(([name]) => name !== "set-cookie");
  const entries = [...apart, ...(cookies.length > 0 ? [["set-cookie", cookies]] : [])];
  const headers = Object.defineProperty(fields, "entries", { value: () => entries.values() });
  const response = new HttpResponse(body === undefined ? { status } : { status, body });
  return Object.defineProperty(response, "headers", { value: headers });
}
