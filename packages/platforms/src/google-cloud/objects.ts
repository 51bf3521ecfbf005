// Objects of Cloud Storage, by Eventarc.
import { type CloudEvent, FunctionError } from "@faasade/core";
import { objectEventTypes } from "@faasade/core/adapter";
import { fieldsOf, textOf, timeOf } from "../shared/fields.ts";
import { type ObjectChange, objectEvent } from "../shared/object-event.ts";
import {
  type Delivered,
  type EntryOf,
  type Posted,
  type Reading,
  readCloudEvent,
  unmatched,
} from "./delivered.ts";

/** https://cloud.google.com/eventarc/docs/cloudevents lists four; the others are about no content. */
const changes: Readonly<Record<string, ObjectChange["change"]>> = {
  "google.cloud.storage.object.v1.finalized": "created",
  "google.cloud.storage.object.v1.deleted": "removed",
};

/** @throws {FunctionError} for an object that is not the function's store's, or another change of it. */
export function readObject({ app, urlOf }: Reading, entry: EntryOf<"object">, posted: Posted): Delivered {
  const event = readCloudEvent(posted);
  if (Object.values(objectEventTypes).includes(event.type)) return { event };
  const { name, trigger } = entry;
  const change = changes[event.type];
  if (change !== trigger.change)
    throw unmatched(`the event ${event.type}`, `${name} waits for objects that are ${trigger.change}.`);
  const store = trigger.store.name;
  const object = readChange(event);
  const key = keyWithin(urlOf(store), object);
  if (key !== undefined) return { event: objectEvent(app, { ...object, store, key, change }) };
  throw unmatched(
    `gs://${object.bucket}/${object.key} (${change})`,
    `it is not in ${store}. The store's URL must name this bucket, and a prefix of the key if any.`,
  );
}

interface BucketObject extends Omit<ObjectChange, "store" | "change"> {
  readonly bucket: string;
}

/** A 64-bit number is text in the JSON of protocol buffers, sizes and generations among them. */
function readChange({ data, time, type }: CloudEvent): BucketObject {
  const { bucket, name, generation, size, etag } = fieldsOf(data);
  const [bucketName, key, version] = [textOf(bucket), textOf(name), textOf(generation)];
  if (bucketName === undefined || key === undefined || version === undefined)
    throw new FunctionError(
      "invalid",
      `Cannot read ${type.slice(0, 100)}: it names no object and generation.`,
    );
  const bytes = /^\d{1,15}$/.test(String(size)) ? Number(size) : undefined;
  return {
    bucket: bucketName,
    key,
    // A generation is removed under the number it was created with.
    version: changes[type] === "removed" ? `${version} removed` : version,
    time: time === undefined ? undefined : timeOf(time),
    size: bytes,
    etag: textOf(etag),
  };
}

/** The object's key as the store knows it; undefined when it is in another bucket or not under its prefix. */
function keyWithin(url: string | undefined, { bucket, key }: BucketObject): string | undefined {
  if (url === undefined || !URL.canParse(url)) return undefined;
  const { protocol, host, pathname } = new URL(url);
  if (protocol !== "gs:" || host !== bucket) return undefined;
  const path = decodeURIComponent(pathname).replace(/^\/|\/$/g, "");
  const prefix = path === "" ? "" : `${path}/`;
  return key.startsWith(prefix) && key.length > prefix.length ? key.slice(prefix.length) : undefined;
}
