// The front end of Lambda Web Functions: what it makes of a request before the process gets it, and of the reply.
// https://docs.aws.amazon.com/lambda/latest/dg/web-functions-http.html
import { type IncomingMessage, type OutgoingHttpHeaders, request as send } from "node:http";
import type { ClientReply, ClientRequest } from "../../column.ts";

export interface Forwarded extends ClientRequest {
  /** Which of the function's endpoints it came in by. */
  readonly endpoint: "public" | "iam";
}

export interface Target {
  readonly host: string;
  readonly port: number;
}

const taken =
  /^(connection|keep-alive|upgrade|expect|te|trailer|proxy-\w+|x-real-ip|x-(http-)?method(-override)?|lambda-web-.*)$/;
const domain = "bcdfghjklmnpqrst.b7t.lambda-web.eu-central-1.on.aws";

/** Rejects when the connection is cut before the reply is whole. */
export function forward({ host, port }: Target, request: Forwarded): Promise<ClientReply> {
  const { method, path, query, body } = request;
  const target = query === undefined ? path : `${path}?${query}`;
  const headers = headersOf(request);
  return new Promise((resolve, reject) => {
    const sent = send({ host, port, method, path: target, headers, agent: false }, (response) => {
      readReply(response).then(resolve, reject);
    });
    sent.on("error", reject).end(body);
  });
}

function headersOf({ headers = [], endpoint, body }: Forwarded): OutgoingHttpHeaders {
  const fields: Record<string, string[]> = {};
  for (const [name, value] of headers) {
    const key = name.toLowerCase();
    if (taken.test(key) || (key === "authorization" && endpoint === "iam")) continue;
    fields[key] = [...(fields[key] ?? []), value];
  }
  return {
    ...fields,
    ...(body === undefined ? {} : { "content-length": String(body.length) }),
    host: domain,
    "x-forwarded-for": "192.0.2.1",
    "lambda-web-request-id": "NF5U6CMIUAWPER24GXDNDEZSVU",
    "lambda-web-endpoint-name": endpoint,
  };
}

async function readReply(response: IncomingMessage): Promise<ClientReply> {
  const pieces: Buffer[] = [];
  for await (const piece of response) pieces.push(piece as Buffer);
  const { rawHeaders, statusCode: status = 0 } = response;
  const headers = rawHeaders.flatMap((name, at) => {
    const key = name.toLowerCase();
    return at % 2 === 1 || /^(connection|keep-alive)$/.test(key)
      ? []
      : [[key, rawHeaders[at + 1] as string] as const];
  });
  return { status, headers, body: Buffer.concat(pieces) };
}
