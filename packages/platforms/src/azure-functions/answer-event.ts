// Hands an event to its function: it was handled, it is thrown so that it comes again, or it becomes a dead letter.
import type { CloudEvent, FunctionError } from "@faasade/core";
import { type FunctionEntry, toFunctionError } from "@faasade/core/adapter";
import { encodeStructured } from "@faasade/core/cloudevents";
import { failuresOf } from "../shared/deliver.ts";
import { deadlineOf, type FunctionApp } from "./function-app.ts";
import type { Decoded, NativeEvent } from "./native-event.ts";
import { RefusedEvent } from "./refused-event.ts";

type Decoder = (functionApp: FunctionApp, entry: FunctionEntry, native: NativeEvent) => Decoded;

/** Each with what only it needs, loaded with the first event of its kind. */
const decoders: Readonly<Record<string, () => Promise<{ readonly decode: Decoder }>>> = {
  object: () => import("./objects.ts"),
  message: () => import("./messages.ts"),
  schedule: () => import("./schedules.ts"),
};

/** What did not go well, of all or some of the events. */
interface Failure {
  readonly error: FunctionError;
  readonly message: string;
  readonly events: readonly CloudEvent[];
  /** What came and is no event at all. */
  readonly unreadable: readonly unknown[];
}

/**
 * Undefined when the event was handled; else its dead letter as JSON, which the caller must keep.
 * @param mostAttempts of an event that the platform would drop at last; absent where the platform has dead letters of
 * its own: whatever failed is thrown then, for good or for now.
 * @throws {RefusedEvent} so that the platform delivers the event again.
 */
export async function answerEvent(
  functionApp: FunctionApp,
  entry: FunctionEntry,
  native: NativeEvent,
  mostAttempts?: number,
): Promise<string | undefined> {
  const failure = await deliver(functionApp, entry, native);
  if (failure === undefined) return undefined;
  const { error, message } = failure;
  const isOver = mostAttempts !== undefined && (!error.redeliver || native.retryCount + 1 >= mostAttempts);
  log(functionApp, entry, native, error, isOver ? `It is a dead letter now: ${message}` : message);
  if (!isOver) throw new RefusedEvent(error, message);
  return toDeadLetter(entry, native, failure);
}

/** Never throws. */
async function deliver(
  functionApp: FunctionApp,
  entry: FunctionEntry,
  native: NativeEvent,
): Promise<Failure | undefined> {
  const { name, trigger } = entry;
  let decoded: Decoded;
  try {
    const load = decoders[trigger.kind];
    if (load === undefined)
      throw RefusedEvent.unmatched("an event", `${name} is started by ${trigger.kind}.`);
    decoded = (await load()).decode(functionApp, entry, native);
  } catch (thrown) {
    const error = thrown instanceof RefusedEvent ? thrown.error : toFunctionError(thrown);
    return { error, message: error.message, events: [], unreadable: [native.data] };
  }
  const { traceparent } = native;
  const { events, attempt, unreadable = [] } = decoded;
  const failures = await failuresOf(functionApp.app, name, {
    events,
    attempt,
    ...deadlineOf(functionApp, "event"),
    ...(traceparent === undefined ? {} : { traceparent }),
  });
  const strangers = unreadable.map(({ error }) => ["what is no event", error] as const);
  const failed = [...failures, ...strangers];
  const [, error] = failed.find(([, one]) => one.redeliver) ?? failed[0] ?? [];
  if (error === undefined) return undefined;
  const why = failed.map(([id, one]) => `${name} did not handle ${id} (${one.code}): ${one.message}`);
  return {
    error,
    message: why.join("\n"),
    events: events.filter(({ id }) => failures.has(id)),
    unreadable: unreadable.map(({ data }) => data),
  };
}

function toDeadLetter(
  { name }: FunctionEntry,
  { invocation, metadata, retryCount }: NativeEvent,
  { error, message, events, unreadable }: Failure,
): string {
  return JSON.stringify({
    function: name,
    invocation,
    attempts: retryCount + 1,
    code: error.code,
    reason: message,
    events: events.map((event) => JSON.parse(encodeStructured(event).body)),
    ...(unreadable.length === 0 ? {} : { unreadable: unreadable.map(plain), metadata }),
  });
}

/** Bytes as base64, as JSON can hold them. */
function plain(data: unknown): unknown {
  if (data instanceof Uint8Array) return { base64: Buffer.from(data).toString("base64") };
  return Array.isArray(data) ? data.map(plain) : data;
}

function log(
  { host }: FunctionApp,
  { name }: FunctionEntry,
  { invocation, traceparent = "" }: NativeEvent,
  { code }: FunctionError,
  message: string,
): void {
  const time = host.clock.now();
  host.log({ time, level: "error", message, function: name, invocation, traceparent, fields: { code } });
}
