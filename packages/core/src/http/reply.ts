// Replies: plain values from small helpers, or a web `Response`.
import type { FunctionError } from "../error.ts";
import { toProblem } from "../error.ts";

export type ReplyBody = string | Uint8Array | AsyncIterable<Uint8Array> | undefined;
export type ReplyHeaders = Readonly<Record<string, string | readonly string[]>>;

export interface Reply {
  readonly status: number;
  /** Names in lower case; several values of one field, such as cookies, as an array. */
  readonly headers: ReplyHeaders;
  readonly body: ReplyBody;
}

/** What an http handler may return; nothing means 204. */
export type HandlerReply = Reply | Response | undefined | void;

interface ReplyInit {
  readonly status?: number;
  readonly headers?: ReplyHeaders;
}

export function json(value: unknown, init: ReplyInit = {}): Reply {
  return reply(JSON.stringify(value), "application/json", init);
}

export function text(body: string, init: ReplyInit = {}): Reply {
  return reply(body, "text/plain; charset=utf-8", init);
}

export function html(body: string, init: ReplyInit = {}): Reply {
  return reply(body, "text/html; charset=utf-8", init);
}

/** Bytes, or a stream of them, of a given media type. */
export function bytes(
  body: Uint8Array | AsyncIterable<Uint8Array>,
  contentType: string,
  init: ReplyInit = {},
): Reply {
  return reply(body, contentType, init);
}

export function empty(init: ReplyInit = {}): Reply {
  return { status: init.status ?? 204, headers: init.headers ?? {}, body: undefined };
}

export function redirect(location: string, init: ReplyInit = {}): Reply {
  return { status: init.status ?? 302, headers: { ...init.headers, location }, body: undefined };
}

/** An RFC 9457 problem document, as the pipeline answers every error. */
export function problem(error: FunctionError, requestId?: string): Reply {
  const retryAfter = error.retryAfterSeconds;
  return reply(JSON.stringify(toProblem(error, requestId)), "application/problem+json", {
    status: error.status,
    headers: {
      ...error.headers,
      "cache-control": "no-store",
      ...(retryAfter === undefined ? {} : { "retry-after": String(Math.ceil(retryAfter)) }),
    },
  });
}

/** A handler's answer as a plain reply. A web `Response` keeps its cookies apart and its body as a stream. */
export function toReply(answer: HandlerReply): Reply {
  if (answer === undefined || answer === null) return empty();
  if (isResponse(answer)) return fromResponse(answer);
  if (typeof (answer as Reply).status !== "number" || typeof (answer as Reply).headers !== "object") {
    throw new TypeError(
      "Cannot send the reply: an http handler returns json(…), text(…), bytes(…), a Response or nothing.",
    );
  }
  return answer;
}

function isResponse(answer: Reply | Response): answer is Response {
  return typeof (answer as Response).arrayBuffer === "function";
}

function fromResponse(response: Response): Reply {
  const headers: Record<string, string | readonly string[]> = {};
  response.headers.forEach((value, name) => {
    if (name !== "set-cookie") headers[name] = value;
  });
  const cookies = response.headers.getSetCookie();
  if (cookies.length > 0) headers["set-cookie"] = cookies;
  return { status: response.status, headers, body: response.body ?? undefined };
}

function reply(body: ReplyBody, contentType: string, init: ReplyInit): Reply {
  return { status: init.status ?? 200, headers: { "content-type": contentType, ...init.headers }, body };
}
