// Objects of S3: by bucket notification, whose keys are form-encoded, and by EventBridge, whose keys are not.
import { FunctionError, type ObjectData } from "@faasade/core";
import { type Fields, fieldsOf, listOf, textOf, timeOf } from "../shared/fields.ts";
import { objectEvent } from "../shared/object-event.ts";
import { deliverAll, type Target } from "./deliver-all.ts";
import type { Invocation } from "./invocation.ts";
import { type Lambda, resourceUrl } from "./lambda.ts";
import { RefusedEvent } from "./refused-event.ts";

interface Change {
  readonly change: "created" | "removed";
  readonly bucket: string;
  readonly key: string;
  readonly version: string;
  readonly time: string | undefined;
  readonly size: number | undefined;
  readonly etag: ObjectData["etag"];
}

/** @throws {RefusedEvent} unless every function that waits for one of the objects handled it. */
export async function answer(lambda: Lambda, event: Fields, invocation: Invocation): Promise<unknown> {
  const changes =
    event["Records"] === undefined
      ? [readEventBridge(event)]
      : listOf(event["Records"]).map(readNotification);
  return deliverAll(
    lambda,
    changes.flatMap((change) => targetsOf(lambda, change)),
    invocation,
  );
}

function readNotification(record: unknown): Change {
  const { eventName, eventTime, s3 } = fieldsOf(record);
  const { bucket, object } = fieldsOf(s3);
  const { key, size, eTag, versionId, sequencer } = fieldsOf(object);
  const name = String(eventName);
  const change = /^(?:s3:)?ObjectCreated:/.test(name)
    ? "created"
    : /^(?:s3:)?(?:ObjectRemoved|LifecycleExpiration):/.test(name)
      ? "removed"
      : undefined;
  return toChange(change, name, {
    bucket: fieldsOf(bucket)["name"],
    key: decodeKey(key),
    size,
    etag: eTag,
    version: sequencer ?? versionId,
    time: eventTime,
  });
}

function readEventBridge(event: Fields): Change {
  const { bucket, object } = fieldsOf(event["detail"]);
  const { key, size, etag, sequencer, "version-id": versionId } = fieldsOf(object);
  const name = String(event["detail-type"]);
  const change = name === "Object Created" ? "created" : name === "Object Deleted" ? "removed" : undefined;
  return toChange(change, name, {
    bucket: fieldsOf(bucket)["name"],
    key,
    size,
    etag,
    version: sequencer ?? versionId,
    time: event["time"],
  });
}

function toChange(change: Change["change"] | undefined, name: string, said: Fields): Change {
  if (change === undefined) {
    throw RefusedEvent.unmatched(
      `the S3 event ${name.slice(0, 100)}`,
      "functions are started by created and removed objects only. Take it out of the bucket's notifications.",
    );
  }
  const bucket = textOf(said["bucket"]);
  const key = textOf(said["key"]);
  if (bucket === undefined || key === undefined)
    throw new FunctionError("invalid", `Cannot read the S3 event ${name.slice(0, 100)}: it names no object.`);
  const time = timeOf(said["time"]);
  const etag = textOf(said["etag"]);
  const size = typeof said["size"] === "number" ? said["size"] : undefined;
  return { change, bucket, key, size, etag, time, version: textOf(said["version"]) ?? `${etag} ${time}` };
}

/** S3 notifications write a space as "+"; decodeURIComponent alone leaves it. */
function decodeKey(key: unknown): string | undefined {
  if (typeof key !== "string") return undefined;
  try {
    return decodeURIComponent(key.replaceAll("+", " "));
  } catch (cause) {
    throw new FunctionError("invalid", "Cannot read the S3 event: its key is not form-encoded.", { cause });
  }
}

/** Every function of every store that keeps the object; a store is a bucket or what is under a prefix of one. */
function targetsOf(lambda: Lambda, change: Change): Target[] {
  const { functions, app } = lambda.artefact;
  const targets = functions.flatMap(({ name, trigger }): Target[] => {
    if (trigger.kind !== "object" || trigger.change !== change.change) return [];
    const store = trigger.store.name;
    const key = keyWithin(resourceUrl(lambda, store), change);
    if (key === undefined) return [];
    return [{ functionName: name, delivery: { events: [objectEvent(app, { ...change, store, key })] } }];
  });
  if (targets.length > 0) return targets;
  throw RefusedEvent.unmatched(
    `s3://${change.bucket}/${change.key} (${change.change})`,
    `no function of ${app} waits for it. The URL of its store must name this bucket, as in PHOTOS_URL=s3://${change.bucket}.`,
  );
}

/** The object's key as the store knows it; undefined when it is in another bucket or not under its prefix. */
function keyWithin(url: string | undefined, { bucket, key }: Change): string | undefined {
  if (url === undefined || !URL.canParse(url)) return undefined;
  const { protocol, host, pathname } = new URL(url);
  if (protocol !== "s3:" || host !== bucket) return undefined;
  const path = decodeURIComponent(pathname).replace(/^\/|\/$/g, "");
  const prefix = path === "" ? "" : `${path}/`;
  return key.startsWith(prefix) && key.length > prefix.length ? key.slice(prefix.length) : undefined;
}
