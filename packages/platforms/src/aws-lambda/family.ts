// Tells the kinds of event apart by the fields that only the platform sets.
import { type Fields, fieldsOf, isObject } from "../shared/fields.ts";
import type { TriggerKind } from "../shared/platform.ts";
import { RefusedEvent } from "./refused-event.ts";

/** Each kind of trigger, messages apart by what carries them; a new kind does not compile until it is read here. */
export type Family = Exclude<TriggerKind, "message"> | "queue" | "topic";

const bySource: Readonly<Record<string, Family>> = {
  "aws:s3": "object",
  "aws:sqs": "queue",
  "aws:sns": "topic",
};

/**
 * `test` is what S3 sends when a notification is configured: it is about no object.
 * @throws {RefusedEvent} for what is none of them.
 */
export function familyOf(event: unknown): Family | "test" {
  if (!isObject(event)) throw refuse("something that is no object");
  if (Array.isArray(event["Records"])) return familyOfRecords(event["Records"]);
  if (isHttp(event)) return "http";
  if (event["faasade"] === "call") return "call";
  if (typeof event["mqttTopic"] === "string") return "topic";
  if (typeof event["detail-type"] === "string") return familyOfBridged(event, event["detail-type"]);
  if (event["Event"] === "s3:TestEvent" && event["Service"] === "Amazon S3") return "test";
  throw refuse("it");
}

/** Who puts events on a bus chooses their type, but no source that begins with `aws.`. */
function familyOfBridged({ source }: Fields, type: string): Family {
  if (source === "aws.s3") return "object";
  if (type === "Scheduled Event" && (source === "aws.scheduler" || source === "aws.events"))
    return "schedule";
  throw refuse(`the EventBridge event "${type.slice(0, 100)}"`);
}

function familyOfRecords(records: readonly unknown[]): Family {
  const sources = new Set(records.map(sourceOf));
  const [source] = sources;
  const family = sources.size === 1 && typeof source === "string" ? bySource[source] : undefined;
  if (family !== undefined) return family;
  throw refuse(`Records of ${JSON.stringify([...sources]).slice(0, 100)}`);
}

/** SNS alone writes it with a capital. */
function sourceOf(record: unknown): unknown {
  const { eventSource, EventSource } = fieldsOf(record);
  return eventSource ?? EventSource ?? null;
}

function isHttp(event: Fields): boolean {
  if (typeof event["raw_path"] === "string" && typeof event["method"] === "string") return true;
  if (!isObject(event["requestContext"])) return false;
  return isObject(event["requestContext"]["http"]) || typeof event["httpMethod"] === "string";
}

function refuse(what: string): RefusedEvent {
  return RefusedEvent.unmatched(
    what,
    "it is none of the events that Lambda functions are started by here: API Gateway, function URL, load balancer, S3, SQS, SNS, EventBridge Scheduler, IoT rule, or a call.",
  );
}
