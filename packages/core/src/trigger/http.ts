// Started by an HTTP request on one of the function's routes.
import { parseRoute } from "#parse-route";
import type { Auth } from "../auth/auth.ts";
import type { HandlerReply } from "../http/reply.ts";
import type { HttpRequest } from "../http/request.ts";
import type { ParamsOf, RoutePattern } from "../http/route.ts";
import type { OutputOf, Schema } from "../schema.ts";
import type { Trigger } from "./catalog.ts";

export interface Cors {
  /** Exact origins, or `"*"` for any; credentials are never allowed with `"*"`. */
  readonly origins: readonly string[] | "*";
  readonly allowHeaders?: readonly string[];
  readonly exposeHeaders?: readonly string[];
  readonly credentials?: boolean;
  readonly maxAgeSeconds?: number;
}

export interface RouteOptions<Body extends Schema = Schema> {
  /** Who may ask. There is no default: an open route says `"public"`. */
  readonly auth: Auth;
  readonly cors?: Cors;
  /** The most bytes a request body may have; more is answered 413 unread. Default: 1 MiB. */
  readonly maxBodyBytes?: number;
  /** When given, the body is checked before the handler runs and `json()` returns the result. */
  readonly body?: Body;
}

export interface Route extends RouteOptions {
  readonly pattern: RoutePattern;
}

export interface HttpTrigger<Params = Record<string, string>, Body = unknown>
  extends Trigger<"http", HttpRequest<Params, Body>, HandlerReply> {
  readonly routes: readonly Route[];
}

export const defaultMaxBodyBytes = 1 << 20;

/**
 * Serves requests: `http("GET /photos/{key}", { auth: "public" })`. A path names parameters as `{key}` and, at its
 * end, everything that follows as `{key+}`. Several routes come as a record, each with its own options.
 */
export function http<const R extends string, B extends Schema = Schema>(
  route: R,
  options: RouteOptions<B>,
): HttpTrigger<ParamsOf<R>, OutputOf<B>>;
export function http<const R extends Readonly<Record<string, RouteOptions>>>(
  routes: R,
): HttpTrigger<Partial<ParamsOf<keyof R & string>>, unknown>;
export function http(
  routes: string | Readonly<Record<string, RouteOptions>>,
  options?: RouteOptions,
): HttpTrigger {
  const record = typeof routes === "string" ? { [routes]: options as RouteOptions } : routes;
  return {
    kind: "http",
    routes: Object.entries(record).map(([route, its]) => ({ ...its, pattern: parseRoute(route) })),
  };
}
