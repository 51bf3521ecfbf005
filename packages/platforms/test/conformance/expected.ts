// The canonical events, written down apart from the code that makes them.
import { createHash } from "node:crypto";
import type { ObjectChange } from "./column.ts";

export function objectEvent(app: string, store: string, object: ObjectChange): object {
  const { key, version, time, change, size, etag } = object;
  const digest = createHash("sha256")
    .update(JSON.stringify([app, store, key, version]))
    .digest("base64url");
  return {
    specversion: "1.0",
    id: digest.slice(0, 24),
    source: `/${app}/${store}`,
    type: `dev.faasade.object.${change}`,
    subject: key,
    time,
    datacontenttype: "application/json",
    data: { store, key, size, etag },
    extensions: {},
  };
}
