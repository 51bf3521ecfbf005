// A message as it is pulled, and what this driver adds to one that it buries.
import type { Attributes } from "../../shared/google/pubsub/publish.ts";
import type { DeadLetter, ReceivedMessage } from "../driver.ts";

/** https://cloud.google.com/pubsub/docs/reference/rest/v1/projects.subscriptions/pull#receivedmessage */
export interface Pulled {
  readonly ackId: string;
  /** Counted only for a subscription with a dead letter policy. */
  readonly deliveryAttempt?: number;
  readonly message: {
    readonly messageId: string;
    readonly publishTime: string;
    readonly data?: string;
    readonly attributes?: Attributes;
  };
}

/** What Pub/Sub adds itself: https://cloud.google.com/pubsub/docs/dead-letter-topics#how_dead_letter_topics_work */
const theirs = {
  attempts: "CloudPubSubDeadLetterSourceDeliveryCount",
  subscription: "CloudPubSubDeadLetterSourceSubscription",
  sentAt: "CloudPubSubDeadLetterSourceTopicPublishTime",
} as const;
const prefix = "faasade-";
const longestReasonBytes = 1000;

export function decodeMessage({ ackId, deliveryAttempt = 1, message }: Pulled): ReceivedMessage {
  const { attributes = {} } = message;
  return {
    receipt: ackId,
    id: attributes["id"] ?? message.messageId,
    body: bodyOf(message),
    contentType: attributes["content-type"] ?? "application/octet-stream",
    attempt: deliveryAttempt,
    sentAt: Date.parse(message.publishTime),
  };
}

/** The attributes of the copy in the dead letters. @param deadAt epoch milliseconds */
export function buriedAttributes(
  pulled: Pulled,
  { subscription, reason, deadAt }: { subscription: string; reason: string; deadAt: number },
): Attributes {
  const { id, contentType, attempt, sentAt } = decodeMessage(pulled);
  return {
    ...pulled.message.attributes,
    "content-type": contentType,
    id,
    "faasade-subscription": subscription,
    "faasade-reason": cut(reason) || "no reason was given",
    "faasade-attempts": String(attempt),
    "faasade-sent-at": String(sentAt),
    "faasade-dead-at": String(deadAt),
  };
}

/** Whose it was, as far as it says. */
export function sourceOf({ message: { attributes = {} } }: Pulled): string | undefined {
  return attributes["faasade-subscription"] ?? attributes[theirs.subscription]?.replace(/^.*\//, "");
}

/** Of those that Pub/Sub moved there nobody said why. */
export function letterOf(pulled: Pulled): DeadLetter {
  const { attributes = {} } = pulled.message;
  const { id, body, contentType, sentAt } = decodeMessage(pulled);
  const attempts = Number(attributes["faasade-attempts"] ?? attributes[theirs.attempts] ?? 0);
  const theirSentAt = Date.parse(attributes[theirs.sentAt] ?? "") || sentAt;
  return {
    id,
    body,
    contentType,
    attempts,
    reason: attributes["faasade-reason"] ?? `Pub/Sub gave it up after ${attempts} deliveries`,
    sentAt: Number(attributes["faasade-sent-at"] ?? theirSentAt),
    deadAt: Number(attributes["faasade-dead-at"] ?? sentAt),
  };
}

/** As it was before it died. */
export function revivedAttributes({ message: { attributes = {} } }: Pulled): Attributes {
  const added: readonly string[] = Object.values(theirs);
  const kept = Object.entries(attributes).filter(
    ([name]) => !name.startsWith(prefix) && !added.includes(name),
  );
  return Object.fromEntries(kept);
}

export function bodyOf({ data = "" }: Pulled["message"]): Uint8Array {
  return Buffer.from(data, "base64");
}

/** An attribute has 1,024 bytes. */
function cut(reason: string): string {
  const whole = reason.toWellFormed();
  if (Buffer.byteLength(whole) <= longestReasonBytes) return whole;
  const start = Buffer.from(whole).subarray(0, longestReasonBytes).toString();
  return `${start.replace(/\ufffd+$/, "")}…`;
}
