// Messages of SQS: each that was not handled is named, so that only it comes again.
import { type CloudEvent, FunctionError } from "@faasade/core";
import { toFunctionError } from "@faasade/core/adapter";
import { failuresOf } from "../shared/deliver.ts";
import { type Fields, fieldsOf, listOf, textOf, timeOf } from "../shared/fields.ts";
import { messageEvent } from "../shared/message-event.ts";
import { type Invocation, traceparentOf } from "./invocation.ts";
import type { Lambda } from "./lambda.ts";
import { functionsOfArn, type MessageFunction } from "./message-functions.ts";

interface Message {
  readonly id: string;
  readonly queueArn: string;
  /** What must be handled in order; undefined on a standard queue. */
  readonly group: string | undefined;
  readonly attempt: number;
  readonly traceparent: string | undefined;
  readonly time: string | undefined;
  readonly body: Uint8Array;
  readonly contentType: string | undefined;
}

interface Received {
  readonly message: Message;
  readonly event: CloudEvent;
}

/**
 * SQS knows no "never again": what failed for good is named as well, comes again, and is dead-lettered by the queue's
 * redrive policy. Unnamed, it would be deleted.
 * @throws {RefusedEvent} when no function waits for the queue; every message comes again then.
 */
export async function answer(lambda: Lambda, event: Fields, invocation: Invocation): Promise<unknown> {
  const messages = listOf(event["Records"]).map(readMessage);
  const failed = new Set<string>();
  for (const [queueArn, its] of Map.groupBy(messages, (message) => message.queueArn)) {
    const functions = functionsOfArn(lambda, queueArn);
    await Promise.all(functions.map((fn) => handle(lambda, fn, its, invocation, failed)));
  }
  return { batchItemFailures: [...failed].map((itemIdentifier) => ({ itemIdentifier })) };
}

/** @throws {FunctionError} without an id: a failure that cannot be named must fail the whole batch. */
function readMessage(record: unknown): Message {
  const { messageId, eventSourceARN, body, attributes, messageAttributes } = fieldsOf(record);
  const { ApproximateReceiveCount, AWSTraceHeader, MessageGroupId, SentTimestamp } = fieldsOf(attributes);
  const id = textOf(messageId);
  const queueArn = textOf(eventSourceARN);
  if (id === undefined || queueArn === undefined || typeof body !== "string")
    throw new FunctionError(
      "invalid",
      "Cannot read the messages: one has no messageId, eventSourceARN or body.",
    );
  const attempt = Number(ApproximateReceiveCount);
  const said = (name: string) => textOf(fieldsOf(fieldsOf(messageAttributes)[name])["stringValue"]);
  return {
    id,
    queueArn,
    group: queueArn.endsWith(".fifo") ? String(MessageGroupId) : undefined,
    attempt: attempt >= 1 ? Math.floor(attempt) : 1,
    traceparent: traceparentOf(AWSTraceHeader),
    time: SentTimestamp === undefined ? undefined : timeOf(SentTimestamp),
    // As the sqs driver sends bytes that are no text.
    body: Buffer.from(body, said("content-transfer-encoding") === "base64" ? "base64" : "utf8"),
    contentType: said("content-type"),
  };
}

async function handle(
  lambda: Lambda,
  fn: MessageFunction,
  messages: readonly Message[],
  invocation: Invocation,
  failed: Set<string>,
): Promise<void> {
  if (fn.batch) return handleBatch(lambda, fn, messages, invocation, failed);
  const groups = Map.groupBy(messages, ({ group }) => group);
  await Promise.all(
    [...groups].map(async ([group, its]) => {
      for (const [place, message] of its.entries()) {
        if (await isHandled(lambda, fn, message, invocation)) continue;
        failed.add(message.id);
        if (group === undefined) continue;
        // Whatever failed comes again, so what follows it in its group must wait, or it would overtake.
        for (const late of its.slice(place + 1)) failed.add(late.id);
        return;
      }
    }),
  );
}

/** One at a time, as each has its own count of deliveries and its own trace. */
async function isHandled(
  lambda: Lambda,
  fn: MessageFunction,
  message: Message,
  invocation: Invocation,
): Promise<boolean> {
  const event = read(lambda, fn, message, invocation);
  if (event === undefined || isOver(lambda, invocation)) return false;
  const failures = await failuresOf(lambda.app, fn.name, {
    events: [event],
    ...how(invocation, message.traceparent),
    attempt: message.attempt,
  });
  return failures.size === 0;
}

async function handleBatch(
  lambda: Lambda,
  fn: MessageFunction,
  messages: readonly Message[],
  invocation: Invocation,
  failed: Set<string>,
): Promise<void> {
  const received: Received[] = [];
  for (const message of messages) {
    const event = read(lambda, fn, message, invocation);
    if (event === undefined) failed.add(message.id);
    else received.push({ message, event });
  }
  if (received.length === 0) return;
  const failures = await failuresOf(lambda.app, fn.name, {
    events: received.map(({ event }) => event),
    ...how(invocation, received[0]?.message.traceparent),
    attempt: Math.max(...received.map(({ message }) => message.attempt)),
    ordered: messages.some(({ group }) => group !== undefined),
  });
  for (const { message, event } of received) if (failures.has(event.id)) failed.add(message.id);
}

/** The message's event; undefined, and a line in the log, when it is none. */
function read(
  { host }: Lambda,
  fn: MessageFunction,
  message: Message,
  { requestId, traceparent }: Invocation,
): CloudEvent | undefined {
  try {
    return messageEvent(message, fn.source);
  } catch (thrown) {
    host.log({
      time: host.clock.now(),
      level: "error",
      message: `Cannot read the message ${message.id} of ${fn.source.name}: ${toFunctionError(thrown).message}`,
      function: fn.name,
      invocation: requestId,
      traceparent: message.traceparent ?? traceparent ?? "",
    });
    return undefined;
  }
}

/** Nothing is begun for which there is no time left: it would be cut off, and counted as an attempt all the same. */
function isOver({ host }: Lambda, { deadline }: Invocation): boolean {
  return deadline !== undefined && host.clock.now() >= deadline;
}

function how({ deadline, traceparent }: Invocation, sent: string | undefined) {
  const parent = sent ?? traceparent;
  return {
    ...(deadline === undefined ? {} : { deadline }),
    ...(parent === undefined ? {} : { traceparent: parent }),
  };
}
