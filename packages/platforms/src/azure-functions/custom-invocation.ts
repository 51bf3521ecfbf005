// An invocation of a custom handler: `{ Data, Metadata }` by POST, answered with `{ Outputs }`.
import { FunctionError, type Reply } from "@faasade/core";
import {
  defaultMaxAttempts,
  type FunctionEntry,
  type LightRequest,
  readTraceparent,
} from "@faasade/core/adapter";
import { type Fields, fieldsOf } from "../shared/fields.ts";
import { answerEvent } from "./answer-event.ts";
import { deadLettersName, serviceOf, triggerName } from "./bindings.ts";
import { type FunctionApp, mostAttempts, resourceUrl } from "./function-app.ts";
import type { NativeEvent } from "./native-event.ts";

/** More than any message or batch that the host hands over has as base64. */
const maxInvocationBytes = 64 << 20;
/** The second timer of a schedule is a function of its own to the host. */
const numbered = /_\d+$/;

/** @throws {Error} so that the host delivers the event again. */
export async function answerInvocation(
  functionApp: FunctionApp,
  name: string,
  request: LightRequest,
): Promise<Reply> {
  const entry = functionApp.artefact.functions.find((one) => one.name === name.replace(numbered, ""));
  if (entry === undefined || entry.trigger.kind === "http" || entry.trigger.kind === "call")
    throw new FunctionError(
      "not_found",
      `Cannot invoke ${name}: no event starts a function of that name here.`,
    );
  request.limitBody(maxInvocationBytes);
  const native = await readInvocation(entry, request);
  const attempts = isDropped(functionApp, entry)
    ? mostAttempts(functionApp, entry, defaultMaxAttempts)
    : undefined;
  const deadLetter = await answerEvent(functionApp, entry, native, attempts);
  // An output that is not named is not written; what looks like base64 would be decoded, which JSON never does.
  const Outputs = deadLetter === undefined ? {} : { [deadLettersName]: deadLetter };
  return {
    status: 200,
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ Outputs, Logs: [], ReturnValue: null }),
  };
}

/** Whether the platform drops at last what failed: of timers, and of Event Hubs. */
function isDropped(functionApp: FunctionApp, { trigger }: FunctionEntry): boolean {
  if (trigger.kind !== "message") return trigger.kind === "schedule";
  const service = serviceOf(resourceUrl(functionApp, trigger.source.name));
  return service === "event-hubs" || service === "iot-hub";
}

async function readInvocation({ trigger }: FunctionEntry, request: LightRequest): Promise<NativeEvent> {
  const { Data, Metadata } = fieldsOf(await request.json());
  const metadata = camelCased(
    Object.fromEntries(Object.entries(fieldsOf(Metadata)).map(([name, value]) => [name, undouble(value)])),
  ) as Fields;
  const value = fieldsOf(Data)[triggerName];
  const retries = Number(fieldsOf(metadata["retryContext"])["retryCount"]);
  return {
    invocation: request.headers.get("x-azure-functions-invocationid") ?? "",
    data: readData(trigger.kind, value),
    metadata,
    retryCount: retries > 0 ? Math.floor(retries) : 0,
    traceparent: readTraceparent(request.headers.get("traceparent") ?? undefined),
  };
}

/** The host writes as JSON within JSON whatever is no object: texts, numbers and lists. */
function undouble(value: unknown): unknown {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

/** An event keeps its own names; a timer gets those that the Node model gives it. */
function readData(kind: string, value: unknown): unknown {
  if (kind === "message") return readBytes(value);
  return kind === "schedule" ? camelCased(undouble(value)) : undouble(value);
}

function readBytes(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(readBytes);
  // No base64 begins so: it is a list, as JSON within JSON.
  if (typeof value === "string" && value.startsWith("[")) return readBytes(JSON.parse(value));
  if (typeof value !== "string" || !/^[\w+/]*={0,2}$/.test(value))
    throw new FunctionError("invalid", "Cannot read the message: the host did not hand it over as base64.");
  return Buffer.from(value, "base64");
}

function camelCased(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(camelCased);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [
      `${name[0]?.toLowerCase() ?? ""}${name.slice(1)}`,
      camelCased(one),
    ]),
  );
}
