// Every way a function can be started. A new row is a compile error in every platform until it answers.
import type { CloudEvent } from "../cloudevents/event.ts";
import type { HandlerReply } from "../http/reply.ts";
import type { HttpRequest } from "../http/request.ts";
import type { CallTrigger } from "./call.ts";
import type { HttpTrigger } from "./http.ts";
import type { BatchReply, MessageTrigger } from "./message.ts";
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
