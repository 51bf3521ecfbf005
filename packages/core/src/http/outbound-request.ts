// What is asked of a server: the first request, and the one a redirect turns it into.
import type { OutboundRequest } from "../context.ts";
import { FunctionError } from "../error.ts";
import type { ExchangeReply, ExchangeRequest } from "./outbound-exchange.ts";

const defaultMaxReplyBytes = 10 << 20;

/** Set by the transport, which frames the message and names the host whose certificate is checked. */
const transportHeaders =
  /^(?:host|connection|content-length|expect|keep-alive|proxy-connection|te|trailer|transfer-encoding|upgrade)$/;

export function firstRequest(url: URL, request: OutboundRequest, signal: AbortSignal): ExchangeRequest {
  const method = (request.method ?? "GET").toUpperCase();
  if (method === "CONNECT" || method === "TRACE") {
    const message = `Cannot fetch from ${url.origin} with ${method}: it is not for applications.`;
    throw new FunctionError("invalid", message);
  }
  // Replies are limited by the bytes that arrive, so none may grow when unpacked.
  const headers: Record<string, string> = { "accept-encoding": "identity", "user-agent": "faasade" };
  for (const [name, value] of Object.entries(request.headers ?? {})) headers[name.toLowerCase()] = value;
  const refused = Object.keys(headers).find((name) => transportHeaders.test(name));
  if (refused !== undefined) {
    const message = `Cannot send the header ${refused} to ${url.origin}: the transport sets it.`;
    throw new FunctionError("invalid", message);
  }
  const body = typeof request.body === "string" ? Buffer.from(request.body) : request.body;
  // Node leaves DELETE and GET bodies unframed unless told their length.
  if (body !== undefined) headers["content-length"] = String(body.byteLength);
  return { url, method, headers, body, signal, maxReplyBytes: request.maxReplyBytes ?? defaultMaxReplyBytes };
}

/** What to ask next, by https://fetch.spec.whatwg.org/#http-redirect-fetch; undefined when the reply is final. */
export function redirected(
  request: ExchangeRequest,
  { status, headers }: ExchangeReply,
): ExchangeRequest | undefined {
  const location = headers.get("location");
  if (location === null || ![301, 302, 303, 307, 308].includes(status)) return undefined;
  const url = readUrl(location, request.url);
  const dropped = url.origin === request.url.origin ? [] : ["authorization", "cookie", "proxy-authorization"];
  const becomesGet =
    status === 303
      ? request.method !== "HEAD"
      : (status === 301 || status === 302) && request.method === "POST";
  if (!becomesGet) return { ...request, url, headers: without(request.headers, dropped) };
  dropped.push("content-type", "content-length", "content-encoding", "content-language", "content-location");
  return { ...request, url, method: "GET", body: undefined, headers: without(request.headers, dropped) };
}

/** Errors never say more of a URL than its origin: paths and queries carry tokens. */
export function readUrl(target: string | URL, base?: URL): URL {
  if (!URL.canParse(String(target), base?.href)) {
    throw base === undefined
      ? new FunctionError("invalid", "Cannot fetch: the URL is not absolute or not well-formed.")
      : new FunctionError(
          "unavailable",
          `Cannot fetch from ${base.origin}: it redirects to a malformed URL.`,
        );
  }
  const url = new URL(target, base);
  url.hash = "";
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    const message = `Cannot fetch a ${url.protocol} URL: only http: and https: are reached.`;
    throw new FunctionError("forbidden", message);
  }
  if (url.username !== "" || url.password !== "") {
    const message = `Cannot fetch from ${url.origin}: the URL holds credentials. Send them in a header.`;
    throw new FunctionError("forbidden", message);
  }
  return url;
}

function without(headers: ExchangeRequest["headers"], names: readonly string[]): ExchangeRequest["headers"] {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !names.includes(name)));
}
