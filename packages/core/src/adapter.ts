// The front door for platforms and tools: what drives a function.

export type { LogLevel, LogRecord } from "./context.ts";
export {
  describeFunction,
  type FunctionDescription,
  type Grant,
  type RouteDescription,
  type SettingDescription,
  type TriggerDescription,
} from "./describe.ts";
export { errorTable, toFunctionError, toProblem } from "./error.ts";
export { type AnyFunction, defaultMaxAttempts, defaultTimeoutSeconds } from "./function.ts";
export { bodyTooLarge, checkLength, type IncomingBody, readWhole } from "./http/body.ts";
export { type HeaderSource, LightHeaders } from "./http/headers.ts";
export { createOutboundHttp, parseAllowedPrivate } from "./http/outbound.ts";
export { problem, type ReplyBody, type ReplyHeaders } from "./http/reply.ts";
export { LightRequest, type RequestParts } from "./http/request.ts";
export { compareRoutes, matchPath, parseRoute, routeClaim } from "./http/route.ts";
export { type App, openApp } from "./invoke/app.ts";
export { InvocationContext } from "./invoke/context.ts";
export type { EventDelivery } from "./invoke/handle-events.ts";
export type { HttpDelivery } from "./invoke/handle-http.ts";
export type {
  Callers,
  Composition,
  ConfigurationSource,
  DriverEntry,
  DriverModule,
  DriverOptions,
  FunctionEntry,
  Hooks,
  Host,
  InvocationInfo,
  SecretSource,
} from "./invoke/host.ts";
export { createIds } from "./invoke/ids.ts";
export type { EventReply, FailedDelivery, Outcome } from "./invoke/outcome.ts";
export { newTraceparent, readTraceparent } from "./invoke/trace.ts";
export { type Effects, isOnceLedger, type OnceLedger, seenOnce } from "./once.ts";
export type { CallDriver } from "./resource/callable.ts";
export { checkName, toVariable, urlVariable } from "./resource/resource.ts";
export type { RouteOutline, TriggerOutline } from "./trigger/catalog.ts";
export { matchesKey, objectEventTypes, reservedKeyPrefix } from "./trigger/object.ts";
export { outlineTrigger } from "./trigger/outline.ts";
