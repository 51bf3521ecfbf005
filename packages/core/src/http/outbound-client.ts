// The client behind outbound HTTP: a deadline over everything, limits on the reply, every address checked before it is reached.
import type { OutboundHttp, OutboundReply } from "../context.ts";
import { FunctionError } from "../error.ts";
import type { OutboundOptions } from "./outbound.ts";
import {
  createExchange,
  type Exchange,
  type ExchangeReply,
  type ExchangeRequest,
} from "./outbound-exchange.ts";
import { createAddressGuard } from "./outbound-guard.ts";
import { firstRequest, readUrl, redirected } from "./outbound-request.ts";

const defaultTimeoutSeconds = 10;
const defaultMaxRedirects = 5;
const longestTimerMilliseconds = 2 ** 31 - 1;

/** Connections are kept and shared by all requests of this client. */
export function createClient({ allowPrivate = [], lookup }: OutboundOptions = {}): OutboundHttp {
  let exchange: Exchange | undefined;
  return {
    async fetch(target, request = {}) {
      const url = readUrl(target);
      exchange ??= createExchange(createAddressGuard(allowPrivate), lookup);
      const timeoutSeconds = request.timeoutSeconds ?? defaultTimeoutSeconds;
      const abort = new AbortController();
      const milliseconds = Math.min(timeoutSeconds * 1000, longestTimerMilliseconds);
      const timer = setTimeout(() => abort.abort(), milliseconds);
      try {
        const { maxRedirects = defaultMaxRedirects } = request;
        return await follow(exchange, firstRequest(url, request, abort.signal), maxRedirects);
      } catch (error) {
        throw explain(error, url, abort.signal.aborted ? timeoutSeconds : undefined);
      } finally {
        clearTimeout(timer);
      }
    },
  };
}

/** With `maxRedirects: 0` a redirect is the reply; otherwise more than that many are an error. */
async function follow(
  exchange: Exchange,
  first: ExchangeRequest,
  maxRedirects: number,
): Promise<OutboundReply> {
  let request = first;
  for (let redirects = 0; ; redirects++) {
    const reply = await exchange(request);
    const next = maxRedirects === 0 ? undefined : redirected(request, reply);
    if (next === undefined) return toReply(request.url, reply);
    if (redirects >= maxRedirects) {
      const message = `Cannot fetch from ${first.url.origin}: it redirects more than ${maxRedirects} times.`;
      throw new FunctionError("unavailable", message);
    }
    request = next;
  }
}

function toReply(url: URL, { status, headers, body }: ExchangeReply): OutboundReply {
  const text = () => Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString("utf8");
  return {
    status,
    ok: status >= 200 && status < 300,
    url: url.href,
    headers,
    bytes: () => body,
    text,
    json() {
      try {
        return JSON.parse(text());
      } catch (cause) {
        throw new FunctionError("unavailable", `Cannot read the reply of ${url.origin} as JSON.`, { cause });
      }
    },
  };
}

function explain(error: unknown, url: URL, exceededSeconds: number | undefined): FunctionError {
  if (error instanceof FunctionError) return error;
  if (exceededSeconds !== undefined) {
    const timeout = `Cannot fetch from ${url.origin}: no complete reply within ${exceededSeconds} s.`;
    return new FunctionError("timeout", timeout);
  }
  const { code, message } = error as NodeJS.ErrnoException;
  // What Node refuses to send: ERR_INVALID_CHAR, ERR_INVALID_HTTP_TOKEN, ERR_HTTP_INVALID_HEADER_VALUE.
  const kind = /^ERR_(?:HTTP_)?INVALID_/.test(code ?? "") ? "invalid" : "unavailable";
  return new FunctionError(kind, `Cannot fetch from ${url.origin}: ${code ?? message}.`, { cause: error });
}
