// Objects of S3: by bucket notification, whose keys are form-encoded, and by EventBridge, whose keys are not.
import { FunctionError } from "@faasade/core";
import { type Fields, fieldsOf, listOf, textOf, timeOf } from "../shared/fields.ts";
import { objectEvent } from "../shared/object-event.ts";
import { type BucketChange, keyWithin, readRecord } from "../shared/s3/notification.ts";
import { deliverAll, type Target } from "./deliver-all.ts";
import type { Invocation } from "./invocation.ts";
import { type Lambda, resourceUrl } from "./lambda.ts";
import { RefusedEvent } from "./refused-event.ts";

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

function readNotification(record: unknown): BucketChange {
  return readRecord(record) ?? refuse(String(fieldsOf(record)["eventName"]));
}

/** In an event of EventBridge the key is as it is. */
function readEventBridge(event: Fields): BucketChange {
  const { bucket, object } = fieldsOf(event["detail"]);
  const { key: said, size, etag: tag, sequencer, "version-id": versionId } = fieldsOf(object);
  const name = String(event["detail-type"]);
  const change = name === "Object Created" ? "created" : name === "Object Deleted" ? "removed" : refuse(name);
  const from = textOf(fieldsOf(bucket)["name"]);
  const key = textOf(said);
  if (from === undefined || key === undefined)
    throw new FunctionError("invalid", `Cannot read the S3 event ${name}: it names no object.`);
  const [time, etag] = [timeOf(event["time"]), textOf(tag)];
  const version = textOf(sequencer) ?? textOf(versionId) ?? `${etag} ${time}`;
  return {
    change,
    bucket: from,
    key,
    version,
    time,
    etag,
    size: typeof size === "number" ? size : undefined,
  };
}

function refuse(name: string): never {
  throw RefusedEvent.unmatched(
    `the S3 event ${name.slice(0, 100)}`,
    "functions are started by created and removed objects only. Take it out of the bucket's notifications.",
  );
}

/** Every function of every store that keeps the object; a store is a bucket or what is under a prefix of one. */
function targetsOf(lambda: Lambda, change: BucketChange): Target[] {
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
