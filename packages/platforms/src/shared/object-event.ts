// A change of a stored object as the event that functions get, the same on every platform.
import type { CloudEvent, ObjectData } from "@faasade/core";
import { objectEventTypes } from "@faasade/core/adapter";
import { deterministicId } from "@faasade/core/cloudevents";

export interface ObjectChange {
  readonly change: keyof typeof objectEventTypes;
  /** The store resource's name. */
  readonly store: string;
  readonly key: string;
  /** What tells one change of a key from another, the same each time the change is told. */
  readonly version: string;
  /** RFC 3339. */
  readonly time: string | undefined;
  readonly size: number | undefined;
  readonly etag: string | undefined;
}

export function objectEvent(app: string, object: ObjectChange): CloudEvent<ObjectData> {
  const { change, store, key, version, time } = object;
  const { size, etag } = change === "created" ? object : { size: undefined, etag: undefined };
  return {
    specversion: "1.0",
    id: deterministicId(app, store, key, version),
    source: `/${app}/${store}`,
    type: objectEventTypes[change],
    subject: key,
    ...(time === undefined ? {} : { time }),
    datacontenttype: "application/json",
    data: { store, key, ...(size === undefined ? {} : { size }), ...(etag === undefined ? {} : { etag }) },
    extensions: {},
  };
}
