// What Knative posts, as the events that functions get: by the source that sent it, and the trigger it is sent to.
import { type CloudEvent, FunctionError } from "@faasade/core";
import { type FunctionEntry, objectEventTypes, toFunctionError } from "@faasade/core/adapter";
import {
  CloudEventError,
  dataBytes,
  decodeHttp,
  decodeStructured,
  type HeaderSource,
  httpContentMode,
} from "@faasade/core/cloudevents";
import type { Artefact } from "../shared/artefact.ts";
import { fieldsOf } from "../shared/fields.ts";
import { messageEvent } from "../shared/message-event.ts";
import { objectEvent } from "../shared/object-event.ts";
import { isTestEvent, keyWithin, readNotification, storeUrls } from "../shared/s3/notification.ts";
import { scheduleEvent } from "../shared/schedule-event.ts";
import type { EventDecoder } from "../shared/server/events.ts";

const pingType = "dev.knative.sources.ping";
const dueType = "dev.faasade.schedule.due";
const minute = 60_000;

/** Sources that wrap what they found: their event's data is a message, not an event. */
const messageTypes: readonly string[] = ["dev.knative.kafka.event", "dev.knative.rabbitmq.event"];

/** Reads what is posted for the functions of an artefact; `refused` is told why something was not taken. */
export function decoderOf(
  artefact: Artefact,
  refused: (functionName: string, reason: string) => void,
): EventDecoder {
  return (_app, functionName, headers, body) => {
    try {
      return read(artefact, functionName, headers, body);
    } catch (thrown) {
      refused(functionName, toFunctionError(thrown).message);
      throw thrown;
    }
  };
}

function read(
  artefact: Artefact,
  functionName: string,
  headers: Parameters<EventDecoder>[2],
  body: Uint8Array,
): ReturnType<EventDecoder> {
  const entry = artefact.functions.find(({ name }) => name === functionName);
  if (entry === undefined)
    throw unmatched("an event", functionName, `${artefact.app} has no such function here`);
  if (isObjectEntry(entry) && httpContentMode(headers as HeaderSource) === undefined)
    return decodeNotification(artefact, entry, parseJson(body));
  const decoded = decodeHttp(headers, body);
  if (isBatch(decoded)) return decoded.flatMap((event) => canonical(artefact, entry, event));
  return canonical(artefact, entry, decoded);
}

function canonical(artefact: Artefact, entry: FunctionEntry, event: CloudEvent): CloudEvent | CloudEvent[] {
  const { trigger, name } = entry;
  if (event.type === pingType) checkPing(artefact, entry, event);
  if (trigger.kind === "schedule") {
    if (event.type === pingType) return dueEvent(artefact, name, event);
    if (event.type === dueType) return event;
    throw unmatched(`${event.type} ${event.id}`, name, "it is started by due times");
  }
  if (trigger.kind === "message")
    return messageTypes.includes(event.type) ? unwrapped(event, trigger.source) : event;
  if (!isObjectEntry(entry) || Object.values(objectEventTypes).includes(event.type)) return event;
  return decodeNotification(artefact, entry, event.data);
}

/** A ping of ours says what it is for, so that a sink that was mixed up is seen. */
function checkPing({ app }: Artefact, { name, trigger }: FunctionEntry, { id, data }: CloudEvent): void {
  const { job } = fieldsOf(data);
  if (job === undefined || (job === `${app}/${name}` && trigger.kind === "schedule")) return;
  throw unmatched(`the ping ${id}`, name, `it is for ${String(job)}`);
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
  // A KafkaSource says octet-stream of what says nothing of itself.
  const contentType = datacontenttype === "application/octet-stream" ? undefined : datacontenttype;
  // A partition and an offset name a record within its topic alone.
  return messageEvent({ id: `${event.source}#${id}`, time, body, contentType }, source);
}

/**
 * The answer to one POST is one verdict, so a notification may tell of one change only: of several, those that failed
 * could not be named, and all would count as handled.
 */
function decodeNotification(
  artefact: Artefact,
  { name, trigger }: ObjectEntry,
  said: unknown,
): CloudEvent | CloudEvent[] {
  const { app } = artefact;
  if (isTestEvent(said)) return [];
  const changes = readNotification(said);
  const [change] = changes;
  if (change === undefined || changes.length > 1) {
    const message = `Cannot start ${name}: the notification tells of ${changes.length} changed objects, not one. Send it to the intake.`;
    throw new FunctionError("unprocessable", message);
  }
  const store = trigger.store.name;
  const key = keyWithin(storeUrls(artefact)(store), change);
  // Prefixes and endings are asked for when the event is delivered: a bucket may notify of more than that.
  if (key !== undefined && trigger.change === change.change)
    return objectEvent(app, { ...change, store, key });
  const what = `s3://${change.bucket}/${change.key} (${change.change})`;
  throw unmatched(what, name, "it does not wait for that");
}

function unmatched(what: string, functionName: string, why: string): FunctionError {
  const to = functionName.slice(0, 100);
  return new FunctionError("not_found", `Cannot deliver ${what.slice(0, 300)} to ${to}: ${why}.`);
}

type ObjectEntry = FunctionEntry & { readonly trigger: { readonly kind: "object" } };

function isObjectEntry(entry: FunctionEntry): entry is ObjectEntry {
  return entry.trigger.kind === "object";
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
