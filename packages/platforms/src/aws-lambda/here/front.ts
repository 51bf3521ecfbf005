// What stands before a function on AWS: an HTTP API for clients, and a door for native events.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { RuntimeReply } from "./runtime-api.ts";

export const eventsPath = "/.faasade/event";

export type Invoke = (event: unknown) => Promise<RuntimeReply>;

/** Answers a request as API Gateway's HTTP API does, or hands on the event that was posted. */
export async function answer(
  invoke: Invoke,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  if (request.method === "POST" && request.url === eventsPath) {
    const { payload, error } = await invoke(JSON.parse(body.toString("utf8") || "{}"));
    response.writeHead(error === undefined ? 200 : 500, { "content-type": "application/json" });
    return void response.end(error === undefined ? payload : JSON.stringify(error));
  }
  const { payload, error } = await invoke(toEvent(request, body));
  if (error !== undefined) return void response.writeHead(502).end('{"message":"Internal Server Error"}');
  const { statusCode, headers, cookies, body: text = "", isBase64Encoded } = JSON.parse(String(payload));
  response.writeHead(statusCode, { ...headers, ...(cookies === undefined ? {} : { "set-cookie": cookies }) });
  response.end(Buffer.from(text, isBase64Encoded === true ? "base64" : "utf8"));
}

/** Payload format 2.0. https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html */
function toEvent(request: IncomingMessage, body: Buffer): object {
  const [path = "/", rawQueryString = ""] = (request.url ?? "/").split("?", 2);
  const rawPath = decodePath(path);
  const { cookie, ...headers } = request.headers;
  return {
    version: "2.0",
    routeKey: "$default",
    rawPath,
    rawQueryString,
    ...(cookie === undefined ? {} : { cookies: cookie.split("; ") }),
    headers,
    requestContext: {
      domainName: request.headers.host,
      stage: "$default",
      http: { method: request.method, path: rawPath, protocol: "HTTP/1.1", sourceIp: "127.0.0.1" },
      // Who can reach this machine's own address is its operator.
      authorizer: { iam: { userArn: "arn:aws:iam::000000000000:user/operator" } },
    },
    ...(body.length === 0 ? {} : { body: body.toString("base64") }),
    isBase64Encoded: body.length > 0,
  };
}

/** HTTP APIs hand paths over decoded; what is malformed they hand over as it is. */
function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
