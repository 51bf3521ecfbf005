// The front door for apps: what a function is made of.

export type { Auth, Principal, Value } from "./auth/auth.ts";
export { jwt } from "./auth/jwt.ts";
export { answerChallenge, github, signature, slack, x } from "./auth/signature.ts";
export type { CloudEvent } from "./cloudevents/event.ts";
export type {
  Ambient,
  Clock,
  Ids,
  Log,
  LogFields,
  OutboundHttp,
  OutboundReply,
  OutboundRequest,
  UrlParams,
} from "./context.ts";
export { type ErrorCode, type ErrorDetail, FunctionError } from "./error.ts";
export { type Context, defineFunction, type FunctionDefinition, type Uses } from "./function.ts";
export { bytes, empty, type HandlerReply, html, json, type Reply, redirect, text } from "./http/reply.ts";
export type { HttpRequest } from "./http/request.ts";
export { type Callable, type CallClient, callable } from "./resource/callable.ts";
export {
  type Access,
  call,
  type Resource,
  read,
  readWrite,
  send,
  type Use,
  write,
} from "./resource/resource.ts";
export { type Secret, type SecretClient, secret } from "./resource/secret.ts";
export { type Settings, type SettingValues, settings } from "./resource/settings.ts";
export { type InputOf, type OutputOf, type Schema, validate } from "./schema.ts";
export { called } from "./trigger/call.ts";
export { type Cors, http } from "./trigger/http.ts";
export { type BatchReply, type MessageSource, messageReceived } from "./trigger/message.ts";
export { type ObjectData, objectCreated, objectRemoved } from "./trigger/object.ts";
export { type ScheduleData, schedule } from "./trigger/schedule.ts";
