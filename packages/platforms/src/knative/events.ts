// What Knative posts, as the events that functions get: by the source that sent it, and the trigger it is sent to.
import { type CloudEvent, FunctionError } from "@faasade/core";
import { type FunctionEntry, objectEventTypes } from "@faasade/core/adapter";
import {
  CloudEventError,
  dataBytes,
  decodeHttp,
  decodeStructured,
  type HeaderSource,
  httpContentMode,
} from "@faasade/core/cloudevents";
import type { Artefact } from "../shared/artefact.ts";
import { messageEvent } from "../shared/message-event.ts";
import { eventsOf, isTestEvent, readNotification, storeUrls, waitsOf } from "../shared/s3/notification.ts";
import { scheduleEvent } from "../shared/schedule-event.ts";
import type { EventDecoder } from "../shared/server/events.ts";

const pingType = "dev.knative.sources.ping";
const minute = 60_000;

/** Sources that wrap what they found: their event's data is a message, not an event. */
const messageTypes: readonly string[] = ["dev.knative.kafka.event", "dev.knative.rabbitmq.event"];

/** Reads what is posted for the functions of an artefact. */
export function decoderOf(artefact: Artefact): EventDecoder {
  return (_app, functionName, headers, body) => {
    const entry = artefact.functions.find(({ name }) => name === functionName);
    if (entry?.trigger.kind === "object" && httpContentMode(headers as HeaderSource) === undefined)
      return decodeNotification(artefact, entry, parseJson(body));
    const decoded = decodeHttp(headers, body);
    if (entry === undefined) return decoded;
    if (isBatch(decoded)) return decoded.flatMap((event) => canonical(artefact, entry, event));
    return canonical(artefact, entry, decoded);
  };
}

function canonical(artefact: Artefact, entry: FunctionEntry, event: CloudEvent): CloudEvent | CloudEvent[] {
  const { trigger, name } = entry;
  if (trigger.kind === "schedule") return event.type === pingType ? dueEvent(artefact, name, event) : event;
  if (trigger.kind === "message")
    return messageTypes.includes(event.type) ? unwrapped(event, trigger.source) : event;
  if (trigger.kind !== "object" || Object.values(objectEventTypes).includes(event.type)) return event;
  return decodeNotification(artefact, entry, event.data);
}

/** The minute that was due: a ping comes up to half a second late, and each delivery of it says the same time. */
function dueEvent({ app }: Artefact, functionName: string, { time, id }: CloudEvent): CloudEvent {
  if (time === undefined)
    throw new FunctionError("invalid", `Cannot start ${functionName}: the ping ${id} says no time.`);
  return scheduleEvent(app, functionName, Math.floor(Date.parse(time) / minute) * minute);
}

function unwrapped(event: CloudEvent, source: Parameters<typeof messageEvent>[1]): CloudEvent {
  const body = dataBytes(event) ?? new Uint8Array();
  if (source.format !== "raw") return decodeStructured(body);
  const { id, time, datacontenttype } = event;
  // A partition and an offset name a record within its topic alone.
  return messageEvent({ id: `${event.source}#${id}`, time, body, contentType: datacontenttype }, source);
}

/**
 * The answer to one POST is one verdict, so a notification may tell of one change only: of several, those that failed
 * could not be named, and all would count as handled.
 */
function decodeNotification(
  artefact: Artefact,
  entry: FunctionEntry,
  said: unknown,
): CloudEvent | CloudEvent[] {
  const { app } = artefact;
  const { name } = entry;
  if (isTestEvent(said)) return [];
  const changes = readNotification(said);
  const [change] = changes;
  if (change === undefined || changes.length > 1) {
    const message = `Cannot start ${name}: the notification tells of ${changes.length} changed objects, not one. Send it to the intake.`;
    throw new FunctionError("unprocessable", message);
  }
  const [event] = eventsOf(app, waitsOf([entry]), storeUrls(artefact), change);
  if (event !== undefined) return event;
  const message = `Cannot start ${name}: it does not wait for s3://${change.bucket}/${change.key} (${change.change}).`;
  throw new FunctionError("not_found", message);
}

function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString("utf8"));
  } catch {
    throw new CloudEventError(undefined, "found a body that is neither an event nor a notification.");
  }
}

function isBatch(events: CloudEvent | readonly CloudEvent[]): events is readonly CloudEvent[] {
  return Array.isArray(events);
}
