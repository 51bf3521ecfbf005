// What functions-framework 5 does with a request before a function sees it, as far as its source says.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { adapt } from "../../../../src/google-cloud/functions-framework.ts";

type Handler = ReturnType<typeof adapt>;

export function serveAsFramework(handler: Handler): Server {
  return createServer(async (request, response) => {
    if (process.env["IGNORED_ROUTES"] === undefined && isKept(request)) return notFound(response);
    const type = request.headers["content-type"];
    // body-parser passes over what says no type, or has no body.
    if (type === undefined || !hasBody(request)) return handler(request, response);
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const rawBody = Buffer.concat(pieces);
    if (/^\s*application\/json/i.test(type) && !isStrictJson(rawBody)) return badRequest(response);
    await handler(Object.assign(request, { rawBody, body: "never to be looked at" }), response);
  });
}

/** Without `IGNORED_ROUTES`, of functions of the signature `http`. */
function isKept({ url = "" }: IncomingMessage): boolean {
  return /^\/(?:favicon\.ico|robots\.txt)(?:[/?]|$)/i.test(url);
}

function notFound(response: ServerResponse): void {
  response.writeHead(404).end();
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers["content-length"] !== undefined || headers["transfer-encoding"] !== undefined;
}

/** body-parser reads objects and lists alone, and nothing at all as an empty object. */
function isStrictJson(bytes: Buffer): boolean {
  const text = bytes.toString("utf8");
  if (text === "") return true;
  try {
    return typeof JSON.parse(text) === "object" && /^\s*[{[]/.test(text);
  } catch {
    return false;
  }
}

function badRequest(response: ServerResponse): void {
  response.writeHead(400, { "content-type": "text/html; charset=utf-8" }).end("<pre>SyntaxError</pre>");
}
