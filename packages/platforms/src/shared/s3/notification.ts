// Notifications of S3 and of stores that speak like it: which object changed, and in which store of the app it is.
import { type CloudEvent, FunctionError, type ObjectData } from "@faasade/core";
import { type FunctionEntry, matchesKey, urlVariable } from "@faasade/core/adapter";
import type { Artefact } from "../artefact.ts";
import { type Fields, fieldsOf, textOf, timeOf } from "../fields.ts";
import { type ObjectChange, objectEvent } from "../object-event.ts";

/** A changed object as its bucket knows it. */
export interface BucketChange extends Omit<ObjectChange, "store"> {
  readonly bucket: string;
}

/** What starts some function: a change of the keys that match in one store. */
export interface ObjectWait {
  readonly function: string;
  readonly store: string;
  readonly change: ObjectChange["change"];
  readonly filter: Parameters<typeof matchesKey>[0];
}

/** An event, and the functions of the app that wait for it. */
export interface AwaitedEvent {
  readonly event: CloudEvent<ObjectData>;
  readonly functions: readonly string[];
}

/** Where a store of the app is: the value of its `<STORE>_URL`, or undefined when there is none. */
export type StoreUrl = (store: string) => string | undefined;

/** As the environment says it, else as the artefact was built. */
export function storeUrls({ drivers }: Pick<Artefact, "drivers">): StoreUrl {
  return (store) => process.env[urlVariable(store)] ?? drivers[store]?.url;
}

/** Whether it says only that notifications were switched on: S3 and versitygw send that, about no object. */
export function isTestEvent(notification: unknown): boolean {
  return fieldsOf(notification)["Event"] === "s3:TestEvent";
}

/**
 * What one record tells; undefined for a change that starts no function, such as of tags.
 * @throws {FunctionError} `invalid` for what is no record.
 */
export function readRecord(record: unknown): BucketChange | undefined {
  const { eventName, eventTime, s3 } = fieldsOf(record);
  if (typeof eventName !== "string") throw unreadable("it has no eventName");
  const change = changeOf(eventName);
  if (change === undefined) return undefined;
  const { bucket, object, configurationId } = fieldsOf(s3);
  // versitygw neither encodes keys nor leaves out an ETag's quotes, and counts its sequencer anew at every start.
  const isVersity = /^(?:webhook|kafka|nats|rabbitmq)-global$/.test(String(configurationId));
  const { key: said, size, eTag, versionId, sequencer } = fieldsOf(object);
  const name = textOf(fieldsOf(bucket)["name"]);
  const key = isVersity ? textOf(said) : decodeKey(said);
  if (name === undefined || key === undefined) throw unreadable("it names no object");
  const time = timeOf(eventTime);
  const etag = textOf(eTag)?.replaceAll('"', "");
  const own = textOf(sequencer) ?? textOf(versionId);
  return {
    change,
    bucket: name,
    key,
    time,
    size: typeof size === "number" ? size : undefined,
    etag,
    version: own === undefined || isVersity ? `${own} ${etag} ${time}` : own,
  };
}

/** Of each record that tells of a changed object, in order. @throws {FunctionError} `invalid` for what is none. */
export function readNotification(notification: unknown): BucketChange[] {
  if (isTestEvent(notification)) return [];
  const { Records, s3 } = fieldsOf(notification);
  // TriggerMesh makes an event of each record.
  const records = s3 === undefined ? Records : [notification];
  if (!Array.isArray(records)) throw unreadable("it has no Records");
  return records.flatMap((record) => readRecord(record) ?? []);
}

/** What the functions of an app wait for. */
export function waitsOf(functions: readonly FunctionEntry[]): ObjectWait[] {
  return functions.flatMap(({ name, trigger }) =>
    trigger.kind === "object"
      ? [{ function: name, store: trigger.store.name, change: trigger.change, filter: trigger.filter }]
      : [],
  );
}

/** The event of a change for each store of the app that keeps the object, where some function waits for it. */
export function eventsOf(
  app: string,
  waits: readonly ObjectWait[],
  urlOf: StoreUrl,
  change: BucketChange,
): AwaitedEvent[] {
  const found = new Map<string, AwaitedEvent>();
  for (const { function: name, store, change: awaited, filter } of waits) {
    if (awaited !== change.change) continue;
    const key = keyWithin(urlOf(store), change);
    if (key === undefined || !matchesKey(filter, key)) continue;
    const { event, functions } = found.get(store) ?? {
      event: objectEvent(app, { ...change, store, key }),
      functions: [],
    };
    found.set(store, { event, functions: [...functions, name] });
  }
  return [...found.values()];
}

/** The object's key as a store knows it; undefined when it is in another bucket or not under the store's prefix. */
export function keyWithin(
  url: string | undefined,
  { bucket, key }: Pick<BucketChange, "bucket" | "key">,
): string | undefined {
  if (url === undefined || !URL.canParse(url)) return undefined;
  const { protocol, host, pathname } = new URL(url);
  if (protocol !== "s3:" || host !== bucket) return undefined;
  const path = decodeURIComponent(pathname).replace(/^\/|\/$/g, "");
  const prefix = path === "" ? "" : `${path}/`;
  return key.startsWith(prefix) && key.length > prefix.length ? key.slice(prefix.length) : undefined;
}

/** Names with and without `s3:`; versitygw calls the removal of several at once `ObjectRemoved:DeleteObjects`. */
function changeOf(eventName: string): BucketChange["change"] | undefined {
  if (/^(?:s3:)?ObjectCreated:/.test(eventName)) return "created";
  return /^(?:s3:)?(?:ObjectRemoved|LifecycleExpiration):/.test(eventName) ? "removed" : undefined;
}

/** S3 form-encodes keys: a space is "+", which decodeURIComponent alone leaves. */
function decodeKey(key: Fields[string]): string | undefined {
  const text = textOf(key);
  if (text === undefined) return undefined;
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch (cause) {
    throw new FunctionError("invalid", "Cannot read the S3 notification: its key is not form-encoded.", {
      cause,
    });
  }
}

function unreadable(why: string): FunctionError {
  return new FunctionError("invalid", `Cannot read the S3 notification: ${why}.`);
}
