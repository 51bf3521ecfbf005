// A double of the REST API of Service Bus for sending, written from its documentation and strict about it; and of the
// endpoint at which App Service gives a process tokens of its identity.
// https://learn.microsoft.com/rest/api/servicebus/send-message-to-queue
// https://learn.microsoft.com/rest/api/servicebus/message-headers-and-properties
// https://learn.microsoft.com/azure/service-bus-messaging/service-bus-sas
// https://learn.microsoft.com/azure/app-service/overview-managed-identity#rest-endpoint-reference
import { createHmac, randomUUID } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

export interface StoredMessage {
  readonly topic: string;
  readonly messageId: string;
  readonly label: string | undefined;
  readonly contentType: string | undefined;
  readonly properties: Readonly<Record<string, string | number | boolean>>;
  readonly body: Buffer;
}

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** The message is taken all the same, and the sender does not get to know. */
  readonly isTaken?: boolean;
}

export interface ServiceBusDouble {
  readonly origin: string;
  readonly messages: readonly StoredMessage[];
  /** Of every request that came. */
  readonly requests: readonly { readonly authorization: string; readonly at: number }[];
  /** Most requests that waited for their answers at the same time. */
  readonly mostAtOnce: () => number;
  /** Nobody is answered from now on, until what is returned is called. */
  readonly hold: () => () => void;
  /** What the next requests are answered, whatever they are; "reset" breaks the connection. */
  readonly answers: (Answer | "reset")[];
  /** Tokens of the identity that were given. */
  readonly tokens: string[];
  /** What a process is told in its environment to find its identity. */
  readonly identity: Readonly<Record<string, string>>;
  readonly connectionString: string;
  close(): Promise<void>;
}

const host = "acme.servicebus.windows.net";
const keyName = "send";
const keyValue = "kpmeS0r/+=secret";
const identityHeader = "identity-header";
const tokenSeconds = 86_400;
const mostBytes = 256 << 10;
/** By whichever double of this process: the library keeps them, and there is one identity. */
const issued = new Set<string>();
/** Those of HTTP itself; every other is a property of the message. */
const ofHttp = new Set([
  "host",
  "connection",
  "content-length",
  "content-type",
  "authorization",
  "brokerproperties",
]);

export async function startServiceBus(topics: readonly string[]): Promise<ServiceBusDouble> {
  const messages: StoredMessage[] = [];
  const requests: { authorization: string; at: number }[] = [];
  const answers: (Answer | "reset")[] = [];
  const tokens: string[] = [];
  let now = 0;
  let most = 0;
  let held: Promise<void> | undefined;

  const give = (request: IncomingMessage): Record<string, string> | undefined => {
    const { searchParams } = new URL(request.url ?? "", "http://double");
    const isKnown = request.headers["x-identity-header"] === identityHeader;
    if (!isKnown || searchParams.get("api-version") !== "2019-08-01") return undefined;
    const resource = searchParams.get("resource") ?? "";
    const token = `token-${randomUUID()}`;
    tokens.push(token);
    if (resource.replace(/\/$/, "") === "https://servicebus.azure.net") issued.add(token);
    const expires = Math.floor(Date.now() / 1000) + tokenSeconds;
    return { access_token: token, expires_on: String(expires), resource, token_type: "Bearer" };
  };

  const take = (request: IncomingMessage, body: Buffer): number => {
    const [, topic] = /^\/(.+)\/messages$/.exec(request.url ?? "") ?? [];
    if (request.method !== "POST" || topic === undefined) return 400;
    if (!isSignedIn(request.headers.authorization, topic)) return 401;
    if (!topics.includes(topic)) return 410;
    const stored = read(request, topic, body);
    if (typeof stored === "number") return stored;
    messages.push(stored);
    return 201;
  };

  const server = createServer(async (request, response) => {
    if (request.url?.startsWith("/msi/token")) {
      const given = give(request);
      response.writeHead(given === undefined ? 400 : 200, { "content-type": "application/json" });
      response.end(JSON.stringify(given ?? { error: "bad_request" }));
      return;
    }
    now += 1;
    most = Math.max(most, now);
    requests.push({ authorization: request.headers.authorization ?? "", at: performance.now() });
    const body = await buffer(request).catch(() => undefined);
    await held;
    now -= 1;
    if (body === undefined) return;
    const answer = answers.shift();
    if (answer === "reset") {
      request.socket.resetAndDestroy();
      return;
    }
    if (answer?.isTaken === true) take(request, body);
    const status = answer?.status ?? take(request, body);
    response.writeHead(status, { "content-type": "application/xml; charset=utf-8", ...answer?.headers });
    response.end(
      status === 201
        ? ""
        : `<Error><Code>${status}</Code><Detail>The double says ${status}.</Detail></Error>`,
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    origin,
    messages,
    requests,
    mostAtOnce: () => most,
    hold: () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      held = promise;
      return resolve;
    },
    answers,
    tokens,
    identity: { IDENTITY_ENDPOINT: `${origin}/msi/token`, IDENTITY_HEADER: identityHeader },
    connectionString: `Endpoint=sb://${host}/;SharedAccessKeyName=${keyName};SharedAccessKey=${keyValue}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function isSignedIn(said: string | undefined, topic: string): boolean {
  const [, bearer] = /^Bearer (.+)$/.exec(said ?? "") ?? [];
  if (bearer !== undefined) return issued.has(bearer);
  const [, fields] = /^SharedAccessSignature (.+)$/.exec(said ?? "") ?? [];
  if (fields === undefined) return false;
  const raw = Object.fromEntries(fields.split("&").map((field) => field.split("=", 2)));
  const signature = createHmac("sha256", keyValue).update(`${raw["sr"]}\n${raw["se"]}`).digest("base64");
  return (
    decodeURIComponent(raw["sig"] ?? "") === signature &&
    raw["skn"] === keyName &&
    Number(raw["se"]) > Date.now() / 1000 &&
    `https://${host}/${topic}`.startsWith(decodeURIComponent(raw["sr"] ?? "-"))
  );
}

/** @returns the message, or the status of what is wrong with it. */
function read({ headers, rawHeaders }: IncomingMessage, topic: string, body: Buffer): StoredMessage | number {
  const bytes = rawHeaders.join("").length;
  if (!/^[ -~]*$/.test(rawHeaders.join(""))) return 400;
  if (body.length + bytes > mostBytes + (8 << 10)) return 403;
  const broker = parsed(String(headers["brokerproperties"] ?? "{}"));
  if (typeof broker !== "object" || broker === null || Array.isArray(broker)) return 400;
  const { MessageId: messageId, Label: label } = broker as Record<string, unknown>;
  if (typeof messageId !== "string" || messageId.length > 128) return 400;
  if (label !== undefined && typeof label !== "string") return 400;
  const properties: Record<string, string | number | boolean> = {};
  for (const [name, said] of Object.entries(headers)) {
    if (ofHttp.has(name)) continue;
    const value = parsed(String(said));
    if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean") return 400;
    properties[name] = value;
  }
  return { topic, messageId, label, contentType: headers["content-type"], properties, body };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
