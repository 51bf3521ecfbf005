// Records every request that a server of this process takes, head and body, beside whoever reads it.
import { subscribe } from "node:diagnostics_channel";
import type { IncomingMessage } from "node:http";
import { recordNative } from "./recording.ts";

/** What the platform asks of its own accord is no event. */
const ownPath = /^\/\.faasade\/health/;

/** https://nodejs.org/docs/latest-v24.x/api/diagnostics_channel.html#http */
subscribe("http.server.request.start", (message) => {
  const { request } = message as { request: IncomingMessage };
  if (ownPath.test(request.url ?? "")) return;
  const chunks: Buffer[] = [];
  const push = request.push.bind(request);
  // The parser pushes each piece of the body, and null at its end.
  request.push = (chunk: Buffer | null, encoding) => {
    if (chunk !== null) chunks.push(chunk);
    else recordNative(toRecord(request, Buffer.concat(chunks)));
    return push(chunk, encoding);
  };
});

function toRecord({ method, url, rawHeaders }: IncomingMessage, body: Buffer): object {
  const headers = rawHeaders.flatMap((name, at) => (at % 2 === 0 ? [[name, rawHeaders[at + 1] ?? ""]] : []));
  const text = body.toString("utf8");
  const isText = Buffer.from(text).equals(body);
  return { method, url, headers, ...(isText ? { body: text } : { bodyBase64: body.toString("base64") }) };
}
