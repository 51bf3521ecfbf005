// The pipeline of an http invocation: route, limit, authorise, validate, handle, answer. It always answers.
import { authorize } from "../auth/authorize.ts";
import { FunctionError, toFunctionError } from "../error.ts";
import type { AnyFunction } from "../function.ts";
import { preflight, withCors } from "../http/cors.ts";
import { type HandlerReply, problem, type Reply, toReply } from "../http/reply.ts";
import { LightRequest, type RequestParts } from "../http/request.ts";
import { isPromise } from "../promise.ts";
import { validate } from "../schema.ts";
import type { RouteOutline } from "../trigger/catalog.ts";
import { defaultMaxBodyBytes, type Route } from "../trigger/http.ts";
import type { Invoker } from "./invoker.ts";
import type { RouteMatch, Router } from "./router.ts";

export interface HttpDelivery extends RequestParts {
  /** Epoch milliseconds at which the platform gives up. */
  readonly deadline?: number;
}

export async function handleHttp(invoker: Invoker, router: Router, delivery: HttpDelivery): Promise<Reply> {
  let cors: RouteOutline["cors"];
  let request: LightRequest | undefined;
  try {
    request = new LightRequest(delivery);
    const asked = request.method === "OPTIONS" ? answerPreflight(router, request) : undefined;
    if (asked !== undefined) return asked;
    const match = router.match(request.method, request.path);
    if (match === undefined) return answerUnrouted(router, request);
    cors = match.route.cors;
    const reply = await invokeRoute(invoker, match, request, delivery);
    return cors === undefined ? reply : withCors(reply, cors, request.headers);
  } catch (thrown) {
    const reply = problem(toFunctionError(thrown));
    return request === undefined || cors === undefined ? reply : withCors(reply, cors, request.headers);
  }
}

async function invokeRoute(
  invoker: Invoker,
  { entry, route, params }: RouteMatch,
  request: LightRequest,
  delivery: HttpDelivery,
): Promise<Reply> {
  request.params = params;
  request.limitBody(route.maxBodyBytes ?? defaultMaxBodyBytes);
  const beginning = invoker.begin(entry, {
    traceparent: request.headers.get("traceparent"),
    deadline: delivery.deadline,
    ...(request.origin === undefined ? {} : { base: `${request.origin}${request.mount}` }),
  });
  const invocation = isPromise(beginning) ? await beginning : beginning;
  const outcome = await invocation.run(async (handle) => {
    const { auth, body } = fullRoute(invocation.prepared.definition, route);
    if (auth !== "public") request.principal = await authorize(auth, request, invoker.host);
    if (body !== undefined) request.acceptBody(await validate(body, await request.json(), "the body"));
    return toReply((await handle(request)) as HandlerReply);
  });
  return outcome.ok ? (outcome.reply as Reply) : problem(outcome.error, invocation.id);
}

/** The route with what checks a request. @throws {TypeError} when the loaded function is not the one that was outlined. */
function fullRoute({ name, trigger }: AnyFunction, { pattern }: RouteOutline): Route {
  const routes = trigger.kind === "http" ? trigger.routes : [];
  const found = routes.find((route) => isSame(route.pattern, pattern));
  if (found !== undefined) return found;
  throw new TypeError(`Cannot serve ${pattern.method} ${pattern.path}: ${name} does not have this route.`);
}

function isSame(one: RouteOutline["pattern"], other: RouteOutline["pattern"]): boolean {
  return one.path === other.path && one.method === other.method;
}

/** A preflight of a route that declares `cors`, whatever else might answer OPTIONS there. It loads nothing. */
function answerPreflight(router: Router, request: LightRequest): Reply | undefined {
  const wanted = request.headers.get("access-control-request-method");
  if (wanted === null) return undefined;
  const cors = router.match(wanted, request.path)?.route.cors;
  return cors === undefined ? undefined : preflight(cors, router.allowed(request.path), request.headers);
}

function answerUnrouted(router: Router, request: LightRequest): Reply {
  const allowed = router.allowed(request.path);
  if (allowed.length === 0) {
    return problem(
      new FunctionError("not_found", `Cannot ${request.method} ${request.path}: no function answers there.`),
    );
  }
  const headers = { allow: [...new Set([...allowed, "OPTIONS"])].join(", ") };
  if (request.method === "OPTIONS") return { status: 204, headers, body: undefined };
  const message = `Cannot ${request.method} ${request.path}: only ${allowed.join(", ")} is answered there.`;
  const reply = problem(new FunctionError("method_not_allowed", message, { headers }));
  const cors = router.match(allowed[0] ?? "", request.path)?.route.cors;
  return cors === undefined ? reply : withCors(reply, cors, request.headers);
}
