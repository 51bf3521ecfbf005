// Functions made for one test, posted to as Google posts, and what they saw.
import type { Reply } from "@faasade/core";
import { type AnyFunction, type LogRecord, outlineTrigger } from "@faasade/core/adapter";
import type { Artefact } from "@faasade/platforms/shared/artefact";
import { openGoogleApp } from "../../src/google-cloud/app.ts";
import { decoderOf } from "../../src/google-cloud/events.ts";
import { answerEvents } from "../../src/shared/server/events.ts";

export interface Tried {
  post(functionName: string, headers: Readonly<Record<string, string>>, body: unknown): Promise<Reply>;
  readonly app: ReturnType<typeof openGoogleApp>["app"];
  readonly records: LogRecord[];
  /** What handlers were given, in the order in which they began. */
  readonly seen: Seen[];
}

export interface Seen {
  readonly function: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into whatever there is
  readonly event: any;
  readonly attempt: number;
  readonly traceparent: string;
  readonly deadline: number;
}

/** @param functions name → trigger, and what to do with an event; nothing when left out. */
export function tryGoogle(
  functions: Readonly<
    Record<string, readonly [trigger: AnyFunction["trigger"], handle?: (event: Seen["event"]) => unknown]>
  >,
  urls: Readonly<Record<string, string>> = {},
): Tried {
  const records: LogRecord[] = [];
  const seen: Seen[] = [];
  const entries = Object.entries(functions).map(([name, [trigger, handle]]) => {
    const definition: AnyFunction = {
      name,
      trigger,
      handle: (event, { attempt, traceparent, deadline }) => {
        seen.push({ function: name, event, attempt, traceparent, deadline });
        return handle?.(event);
      },
    };
    return { name, trigger: outlineTrigger(trigger), load: async () => ({ default: definition }) };
  });
  const load = async () => ({ open: () => undefined });
  const drivers = Object.fromEntries(Object.entries(urls).map(([name, url]) => [name, { url, load }]));
  const artefact: Artefact = { app: "suite", functions: entries, drivers };
  const google = openGoogleApp(artefact, { log: (record) => records.push(record) });
  const { app } = google;
  const decodeEvents = decoderOf(google);
  return {
    app,
    records,
    seen,
    post: (functionName, headers, body) =>
      answerEvents(app, functionName, deliveryOf(functionName, headers, body), { decodeEvents }),
  };
}

function deliveryOf(functionName: string, headers: Readonly<Record<string, string>>, body: unknown) {
  const bytes =
    body instanceof Uint8Array ? body : Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
  return { method: "POST", target: `/.faasade/events/${functionName}`, headers, body: bytes };
}

/** As Eventarc posts a change of a stored object. */
export function storageEvent(
  kind: string,
  data: Readonly<Record<string, unknown>> = {},
): [headers: Record<string, string>, body: object] {
  const headers = {
    "content-type": "application/json",
    "ce-id": "1",
    "ce-source": "//storage.googleapis.com/projects/_/buckets/photos-bucket",
    "ce-specversion": "1.0",
    "ce-type": `google.cloud.storage.object.v1.${kind}`,
    "ce-time": "2026-11-23T15:22:24.512Z",
  };
  const object = { bucket: "photos-bucket", name: "a.jpg", generation: "7", size: "12", etag: "CAc=" };
  return [headers, { ...object, ...data }];
}

/** As Pub/Sub pushes a message. */
export function pushed(text: string, more: object = {}, attributes: object = {}): object {
  const data = Buffer.from(text).toString("base64");
  const message = { data, attributes, messageId: "m1", publishTime: "2026-11-23T15:22:24.512Z" };
  return { message, subscription: "projects/acme/subscriptions/s", ...more };
}

export const scheduler = {
  "x-cloudscheduler": "true",
  "x-cloudscheduler-scheduletime": "2026-11-23T06:00:00Z",
};
