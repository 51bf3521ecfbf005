// Every way a function can be started. A new row is a compile error in every platform until it answers.
import type { CloudEvent } from "../cloudevents/event.ts";
import type { HandlerReply } from "../http/reply.ts";
import type { HttpRequest } from "../http/request.ts";
import type { CallTrigger } from "./call.ts";
import type { HttpTrigger, Route } from "./http.ts";
import type { BatchOptions, BatchReply, MessageSource, MessageTrigger } from "./message.ts";
import type { ObjectData, ObjectTrigger } from "./object.ts";
import type { ScheduleData, ScheduleTrigger } from "./schedule.ts";

export interface TriggerCatalog {
  http: { trigger: HttpTrigger; event: HttpRequest; reply: HandlerReply };
  schedule: { trigger: ScheduleTrigger; event: CloudEvent<ScheduleData>; reply: void };
  object: { trigger: ObjectTrigger; event: CloudEvent<ObjectData>; reply: void };
  message: { trigger: MessageTrigger; event: CloudEvent | readonly CloudEvent[]; reply: BatchReply | void };
  call: { trigger: CallTrigger; event: CloudEvent; reply: unknown };
}

export type TriggerKind = keyof TriggerCatalog;

export declare const eventOf: unique symbol;
export declare const replyOf: unique symbol;

/** What a trigger hands to the handler and what it wants back; carried by the type alone. */
export interface Trigger<Kind extends TriggerKind = TriggerKind, Event = unknown, Reply = unknown> {
  readonly kind: Kind;
  readonly [eventOf]?: Event;
  readonly [replyOf]?: Reply;
}

export type EventOf<T> = T extends { readonly [eventOf]?: infer E } ? NonNullable<E> : never;
export type ReplyOf<T> = T extends { readonly [replyOf]?: infer R } ? R : never;
export type AnyTrigger = TriggerCatalog[TriggerKind]["trigger"];

/** What routing needs to know of a trigger: plain data, so that an artefact can name a function without loading it. */
export type TriggerOutline =
  | { readonly kind: "http"; readonly routes: readonly RouteOutline[] }
  | Pick<ScheduleTrigger, "kind" | "cron" | "timeZone" | "misfire">
  | (Pick<ObjectTrigger, "kind" | "change" | "filter"> & { readonly store: { readonly name: string } })
  | {
      readonly kind: "message";
      readonly source: Pick<MessageSource, "kind" | "name" | "format">;
      readonly batch?: BatchOptions | undefined;
    }
  | { readonly kind: "call" };

/** A route without what checks a request: `auth` and the body's schema come with the function. */
export type RouteOutline = Pick<Route, "pattern" | "cors" | "maxBodyBytes">;
