// CloudEvents by POST: decodes them, invokes the function, and answers so that the sender knows what to do next.

import type { CloudEvent, FunctionError, Reply } from "@faasade/core";
import {
  type App,
  checkLength,
  type EventReply,
  type HttpDelivery,
  LightHeaders,
  type Outcome,
  problem,
  readWhole,
  toFunctionError,
} from "@faasade/core/adapter";
import { decodeHttp, deterministicId, encodeHttpBinary } from "@faasade/core/cloudevents";

export interface EventOptions {
  /** Tell the platform why an event failed, 5xx included. Only where nobody but the platform reads it. */
  readonly revealReasons?: boolean;
  /** The largest body of a POST with events. Default: 16 MiB. */
  readonly maxEventBytes?: number;
  /** What a POST holds, where the platform has a form of its own. Default: CloudEvents as HTTP carries them. */
  readonly decodeEvents?: EventDecoder;
  /** Answer a call that came as a CloudEvent by one, as a Knative Broker or Sequence wants it. Default: as JSON. */
  readonly replyEvents?: boolean;
}

/** @throws {FunctionError} `invalid` for what it cannot read; the sender is told not to send it again. */
export type EventDecoder = (
  app: App,
  functionName: string,
  headers: HttpDelivery["headers"],
  body: Uint8Array,
) => CloudEvent | readonly CloudEvent[];

/** One failed event of a batch, as `{ failed: [...] }` carries it. */
export interface FailedEvent {
  readonly id: string;
  readonly code: string;
  /** Empty where the reason is for the log alone. */
  readonly message: string;
  readonly redeliver: boolean;
  readonly retryAfterSeconds?: number;
}

const eventPath = "/.faasade/events/";
/** What drivers of callables send, and nothing but a function that is called may take. */
export const callType = "dev.faasade.call";
const defaultMaxEventBytes = 16 << 20;
/** Knative's SelectiveRetry sends again after these, as after every 5xx and after no answer. */
const retriedStatuses: readonly number[] = [404, 408, 409, 429];

/** The function an event is posted to, or undefined when this is an ordinary request. */
export function eventFunction({ method, target }: HttpDelivery): string | undefined {
  if (method !== "POST" || !target.startsWith(eventPath)) return undefined;
  const end = target.indexOf("?");
  return target.slice(eventPath.length, end < 0 ? target.length : end);
}

/**
 * A single event is answered by its status: 204 (200 with a call's output), a 4xx that no sender takes for "try
 * again" when it must not be sent again, a 5xx when it should. A batch is answered 200 with `{ failed }`. Never throws.
 */
export async function answerEvents(
  app: App,
  functionName: string,
  delivery: HttpDelivery,
  options: EventOptions,
): Promise<Reply> {
  try {
    const { decodeEvents = decodeCloudEvents, maxEventBytes = defaultMaxEventBytes } = options;
    const { body = new Uint8Array() } = delivery;
    const headers = new LightHeaders(delivery.headers, delivery.isLowerCase);
    checkLength(body, headers.get("content-length"), maxEventBytes);
    const bytes = body instanceof Uint8Array ? body : await readWhole(body, maxEventBytes);
    const decoded = decodeEvents(app, functionName, delivery.headers, bytes);
    const traceparent = headers.get("traceparent");
    const attempt = readAttempt(headers.get("x-faasade-attempt"));
    const how = traceparent === null ? { attempt } : { attempt, traceparent };
    if (isBatch(decoded))
      return batchReply(await app.events(functionName, { ...how, events: decoded }), options);
    const isCall =
      decoded.type === callType ||
      app.functions.some(({ name, trigger }) => name === functionName && trigger.kind === "call");
    return isCall
      ? callReply(await app.call(functionName, decoded, how), app, functionName, decoded, options)
      : eventReply(await app.events(functionName, { ...how, events: [decoded] }), options);
  } catch (thrown) {
    return refuse(toFunctionError(thrown), options);
  }
}

function batchReply(outcome: Outcome<EventReply>, options: EventOptions): Reply {
  if (!outcome.ok) return refuse(outcome.error, options);
  return json({ failed: outcome.reply.failed.map(({ id, error }) => toFailedEvent(id, error, options)) });
}

function callReply(
  outcome: Outcome,
  app: App,
  functionName: string,
  event: CloudEvent,
  options: EventOptions,
): Reply {
  if (!outcome.ok) return refuse(outcome.error, options);
  if (outcome.reply === undefined) return done;
  return options.replyEvents === true
    ? replyEvent(app, functionName, event, outcome.reply)
    : json(outcome.reply);
}

function eventReply(outcome: Outcome<EventReply>, options: EventOptions): Reply {
  if (!outcome.ok) return refuse(outcome.error, options);
  const [failed] = outcome.reply.failed;
  return failed === undefined ? done : refuse(failed.error, options);
}

/** The same call has the same reply, whoever delivers it twice. */
function replyEvent({ name }: App, functionName: string, event: CloudEvent, data: unknown): Reply {
  const { headers, body } = encodeHttpBinary({
    specversion: "1.0",
    id: deterministicId(event.source, event.id, functionName),
    source: `/${name}/${functionName}`,
    type: `${event.type}.reply`,
    datacontenttype: "application/json",
    data,
    extensions: {},
  });
  return { status: 200, headers, body };
}

const done: Reply = { status: 204, headers: {}, body: undefined };

function json(value: unknown): Reply {
  return { status: 200, headers: { "content-type": "application/json" }, body: JSON.stringify(value) };
}

function refuse(error: FunctionError, { revealReasons = false }: EventOptions): Reply {
  const reply = problem(error);
  const status = eventStatus(error);
  const fields: object = JSON.parse(String(reply.body));
  const reason = revealReasons ? { detail: error.message } : {};
  return {
    ...reply,
    status,
    body: JSON.stringify({ ...fields, ...reason, status, redeliver: error.redeliver }),
  };
}

function eventStatus({ status, redeliver }: FunctionError): number {
  if (redeliver) return status >= 500 ? status : 503;
  return status >= 500 || retriedStatuses.includes(status) ? 422 : status;
}

function toFailedEvent(
  id: string,
  error: FunctionError,
  { revealReasons = false }: EventOptions,
): FailedEvent {
  const { code, redeliver, retryAfterSeconds } = error;
  const message = error.status < 500 || revealReasons ? error.message : "";
  return { id, code, message, redeliver, ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }) };
}

function decodeCloudEvents(...[, , headers, body]: Parameters<EventDecoder>): ReturnType<EventDecoder> {
  return decodeHttp(headers, body);
}

/** The sender's count of deliveries; the first one where it sends none, or nonsense. */
function readAttempt(value: string | null): number {
  return value !== null && /^[1-9]\d{0,8}$/.test(value) ? Number(value) : 1;
}

function isBatch(events: CloudEvent | readonly CloudEvent[]): events is readonly CloudEvent[] {
  return Array.isArray(events);
}
