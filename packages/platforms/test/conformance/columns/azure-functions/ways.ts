// How requests and events look at Azure, and what each service makes of an invocation.
import type { MessageService } from "../../../../src/azure-functions/bindings.ts";
import type { Invoked, Occurrence, Outcome } from "../../../azure-functions/occurrence.ts";
import type { Answer, CallWay, HttpWay, MessageWay, ObjectWay, ScheduleWay, Verdict } from "../../column.ts";

function outcomeOf(answer: Answer): Outcome | undefined {
  return "value" in answer ? (answer.value as Outcome) : undefined;
}

/** An exception brings the event again; what was put into the dead letters is given up; what nobody takes waits. */
function verdict(answer: Answer): Verdict {
  const outcome = outcomeOf(answer);
  const invoked = outcome !== undefined && "invoked" in outcome ? outcome.invoked : [];
  if (invoked.length === 0) return "again";
  const isDeadLetter = ({ outputs }: Invoked): boolean => typeof outputs["deadLetters"] === "string";
  return invoked.some(isDeadLetter) ? "given up" : "acknowledged";
}

export const http: HttpWay = {
  title: "the host's front end",
  differences: { maxReplyBytes: Number.POSITIVE_INFINITY },
  encode: (request): Occurrence => ({ kind: "request", request }),
  decode: (answer) => {
    const outcome = outcomeOf(answer);
    return outcome !== undefined && "reply" in outcome
      ? outcome.reply
      : { status: 502, headers: [], body: new Uint8Array() };
  },
};

const account = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/acmeshop";
const types = { created: "Microsoft.Storage.BlobCreated", removed: "Microsoft.Storage.BlobDeleted" } as const;
/** Each has a subscription of its own, so a change is delivered once for each. */
const subscribed = { created: ["created", "created-too"], removed: ["removed"] } as const;

function objectWay(title: string, schema: "grid" | "cloudevents", prefix: string): ObjectWay {
  return {
    title,
    permanent: "again",
    url: `azure-blob://acmeshop/photos-container${prefix === "" ? "" : `/${prefix.slice(0, -1)}`}`,
    encode: ({ change, key, size, etag, version, time }): Occurrence => {
      const subject = `/blobServices/default/containers/photos-container/blobs/${prefix}${key}`;
      const data = {
        api: change === "created" ? "PutBlob" : "DeleteBlob",
        eTag: etag,
        contentType: "image/jpeg",
        ...(change === "created" ? { contentLength: size } : {}),
        blobType: "BlockBlob",
        url: `https://acmeshop.blob.core.windows.net/photos-container/${encodeURI(prefix + key)}`,
        sequencer: version,
      };
      const id = "831e1650-001e-001b-66ab-eeb76e069631";
      const type = types[change];
      const event =
        schema === "grid"
          ? {
              topic: account,
              subject,
              eventType: type,
              id,
              data,
              dataVersion: "",
              metadataVersion: "1",
              eventTime: time,
            }
          : { source: account, subject, type, time, id, data, specversion: "1.0" };
      return { kind: "grid", functions: subscribed[change], event };
    },
    verdict,
  };
}

export const objectWays: readonly ObjectWay[] = [
  objectWay("by Event Grid, in its own schema", "grid", ""),
  objectWay("by Event Grid, as CloudEvents, under a prefix", "cloudevents", "in/here/"),
];

function messageWay(title: string, service: MessageService, permanent: "again" | "given up"): MessageWay {
  return {
    title,
    kind: service === "service-bus" || service === "storage-queue" ? "queue" : "topic",
    permanent,
    several: false,
    counts: true,
    url: (name) => `${service}://acme/${name}`,
    encode: (source, messages): Occurrence => ({
      kind: "messages",
      service,
      source,
      messages: messages.map((message) => ({ ...message, body: Buffer.from(message.body) })),
    }),
    verdicts: (answer, messages) => messages.map(() => verdict(answer)),
  };
}

export const messageWays: readonly MessageWay[] = [
  messageWay("of Service Bus", "service-bus", "again"),
  messageWay("of a storage queue", "storage-queue", "again"),
  messageWay("of an event hub", "event-hubs", "given up"),
  { ...messageWay("of an IoT hub", "iot-hub", "given up"), device: "roof" },
];

export const scheduleWays: readonly ScheduleWay[] = [
  {
    title: "by a timer",
    permanent: "given up",
    encode: (app, functionName, due): Occurrence => ({
      kind: "timer",
      app,
      function: functionName,
      timer: {
        Schedule: { AdjustForDST: true },
        ScheduleStatus: {
          Last: "2026-03-28T06:00:00.0013+00:00",
          Next: due.replace("Z", "+00:00"),
          LastUpdated: "2026-03-28T06:00:00.0013+00:00",
        },
        IsPastDue: false,
      },
    }),
    verdict,
  },
];

export const callWays: readonly CallWay[] = [
  {
    title: "by a POST with the function's key",
    encode: (functionName, input): Occurrence => ({
      kind: "request",
      request: {
        method: "POST",
        path: `/.faasade/events/${functionName}`,
        headers: [
          ["x-functions-key", "the key"],
          ["content-type", "application/cloudevents+json"],
        ],
        body: Buffer.from(
          JSON.stringify({
            specversion: "1.0",
            id: "c1",
            source: "/test",
            type: "dev.faasade.call",
            data: input,
          }),
        ),
      },
    }),
    decode: (answer) => {
      const { status, body } = http.decode(answer);
      if (status === 204) return { output: null };
      const value = body.length === 0 ? {} : JSON.parse(Buffer.from(body).toString("utf8"));
      return status === 200 ? { output: value } : { code: value.code };
    },
  },
];
