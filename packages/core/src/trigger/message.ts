// Started by messages of a queue or topic, one at a time or in batches.
import type { CloudEvent } from "../cloudevents/event.ts";
import type { Access, MessageOf, Resource } from "../resource/resource.ts";
import type { Schema } from "../schema.ts";
import type { Trigger } from "./catalog.ts";

/** A queue or topic: it carries messages of one schema. */
export interface MessageSource<Message = unknown>
  extends Resource<"queue" | "topic", Partial<Record<Access, unknown>>, Message> {
  readonly schema: Schema<Message>;
  /** `raw` means bare data both ways, for devices and foreign producers; else messages are CloudEvents. */
  readonly format: "cloudevents" | "raw";
}

export interface BatchOptions {
  /** The most messages handed over at once. */
  readonly size: number;
  /** How long to wait for a batch to fill; 0 takes what is there. */
  readonly windowSeconds: number;
}

export interface FailedItem {
  /** The id of the event that failed. */
  readonly id: string;
  /** A permanent error is dead-lettered with its reason, a retryable one redelivered. */
  readonly error: unknown;
}

/** What a batch handler answers; nothing, or an empty list, when all went well. */
export interface BatchReply {
  readonly failed: readonly FailedItem[];
}

export interface MessageTrigger<Event = CloudEvent | readonly CloudEvent[], Reply = BatchReply | void>
  extends Trigger<"message", Event, Reply> {
  readonly source: MessageSource;
  readonly batch: BatchOptions | undefined;
}

/** Starts the function for each message; with `batch`, for an array of them. */
export function messageReceived<S extends MessageSource>(
  source: S,
  options: { readonly batch: Partial<BatchOptions> },
): MessageTrigger<readonly CloudEvent<MessageOf<S>>[], BatchReply | void>;
export function messageReceived<S extends MessageSource>(
  source: S,
): MessageTrigger<CloudEvent<MessageOf<S>>, void>;
export function messageReceived(
  source: MessageSource,
  options: { readonly batch?: Partial<BatchOptions> } = {},
): MessageTrigger {
  const { batch } = options;
  return {
    kind: "message",
    source,
    batch: batch && { size: batch.size ?? 10, windowSeconds: batch.windowSeconds ?? 0 },
  };
}
