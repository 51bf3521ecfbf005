// Writes a reply to a `node:http` response: framed by what it really carries, streams with back-pressure.

import type { IncomingMessage, ServerResponse } from "node:http";
import type { Reply } from "@faasade/core";
import { openStream, type ReplyStream } from "./reply-stream.ts";
import { discardBody, readsOn } from "./request-body.ts";

/** Fields about the connection, which is the server's; a function that passes a reply on may bring them along. */
const connectionFields = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "transfer-encoding",
  "upgrade",
]);

/**
 * Hands the reply to the socket, at once or by the time the promise resolves. A stream is released at its end, and when
 * the client goes away.
 * @throws {Error} when the reply is no valid HTTP; after the head was sent, when its stream fails.
 */
export function writeReply(
  reply: Reply,
  request: IncomingMessage,
  response: ServerResponse,
  keepAlive: boolean,
): Promise<void> | undefined {
  const { body } = reply;
  if (isStream(body)) return writeStream(reply, openStream(body), request, response, keepAlive);
  if (request.socket.destroyed) return undefined;
  const closes = writeHead(reply, request, response, keepAlive);
  const rest = hasBody(reply.status, request.method) ? bytesOf(body) : undefined;
  if (closes && !request.complete) return endLate(request, response, rest);
  response.end(rest);
  return undefined;
}

async function writeStream(
  reply: Reply,
  stream: ReplyStream,
  request: IncomingMessage,
  response: ServerResponse,
  keepAlive: boolean,
): Promise<void> {
  try {
    if (request.socket.destroyed) return;
    const closes = writeHead(reply, request, response, keepAlive);
    if (hasBody(reply.status, request.method)) await pump(stream, request, response);
    if (closes && !request.complete) await endLate(request, response);
    else response.end();
  } finally {
    stream.release();
  }
}

/** @returns whether the connection closes after this reply. */
function writeHead(
  reply: Reply,
  request: IncomingMessage,
  response: ServerResponse,
  keepAlive: boolean,
): boolean {
  const closes = !keepAlive || !readsOn(request);
  const head = headOf(reply, request.method);
  if (closes) head["connection"] = "close";
  // A body longer or shorter than it was announced would be taken for another reply, or waited for.
  response.strictContentLength = true;
  response.writeHead(reply.status, head);
  return closes;
}

/** Says all there is to say, and ends when the client has, too. */
async function endLate(request: IncomingMessage, response: ServerResponse, rest?: Uint8Array): Promise<void> {
  if (rest === undefined) response.flushHeaders();
  else response.write(rest);
  await discardBody(request);
  response.end();
}

function headOf(
  { status, headers, body }: Reply,
  method: string | undefined,
): Record<string, string[] | string> {
  if (!(status >= 200 && status <= 599))
    throw new RangeError(`Cannot send the status ${status}: it must be from 200 to 599.`);
  const head: Record<string, string[] | string> = {};
  for (const name in headers) {
    const field = name.toLowerCase();
    if (!connectionFields.has(field)) head[field] = headers[name] as string[] | string;
  }
  if (status === 204) delete head["content-length"];
  else if (typeof body === "string") head["content-length"] = String(Buffer.byteLength(body));
  else if (body instanceof Uint8Array) head["content-length"] = String(body.length);
  else if (body === undefined && hasBody(status, method)) head["content-length"] = "0";
  return head;
}

/** Node sends a short text together with the head, and would then write the head's Latin-1 as UTF-8. */
function bytesOf(body: string | Uint8Array | undefined): Uint8Array | undefined {
  return typeof body === "string" ? Buffer.from(body) : body;
}

function isStream(body: Reply["body"]): body is AsyncIterable<Uint8Array> {
  return body !== undefined && typeof body !== "string" && !(body instanceof Uint8Array);
}

function hasBody(status: number, method: string | undefined): boolean {
  return method !== "HEAD" && status !== 204 && status !== 304;
}

/** Takes the next piece only when the last one went out. When the client goes away, that is never: all is let go. */
async function pump(
  stream: ReplyStream,
  { socket }: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  socket.once("close", stream.release);
  // A first piece may be long in coming; that there will be one is news.
  response.flushHeaders();
  for (let next = await stream.next(); next.done !== true; next = await stream.next()) {
    if (!response.write(next.value)) await new Promise((resolve) => response.once("drain", resolve));
  }
  socket.off("close", stream.release);
}
