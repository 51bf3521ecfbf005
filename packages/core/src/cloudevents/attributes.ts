// Gathers the attributes of one event, whether they come out of a message or go into one, and checks each once.

import {
  requireExtension,
  requireMediaType,
  requireText,
  requireTimestamp,
  requireUriReference,
  requireVersion,
} from "./attribute-rules.ts";
import { toBase64 } from "./bytes.ts";
import { CloudEventError } from "./error.ts";
import type { AttributeValue, CloudEvent } from "./event.ts";

export const coreNames = [
  "specversion",
  "id",
  "source",
  "type",
  "subject",
  "time",
  "datacontenttype",
  "dataschema",
] as const;

/** An event whose attributes are still being gathered. */
export interface Draft
  extends Record<Exclude<(typeof coreNames)[number], "specversion">, string | undefined> {
  specversion: "1.0" | undefined;
  extensions: Record<string, AttributeValue>;
}

/** Far above any real event (a handful), far below what would cost memory. */
const maxExtensions = 128;
const isCoreName = new Set<string>(coreNames);

// Objects without inherited names ("constructor" is a legal attribute name) that keep V8's fast mode,
// which `Object.create(null)` does not.
class Extensions {
  [name: string]: AttributeValue;
}
Object.setPrototypeOf(Extensions.prototype, null);
Reflect.deleteProperty(Extensions.prototype, "constructor");

/** What every event without extensions shares. */
export const noExtensions: Record<string, AttributeValue> = Object.freeze(new Extensions());

/** @throws {CloudEventError} when the name or the value is not allowed, or the attribute was set before. */
export function setAttribute(draft: Draft, name: string, value: unknown): void {
  switch (name) {
    case "specversion":
      draft.specversion = requireVersion(once(name, draft.specversion, value));
      return;
    case "id":
    case "type":
    case "subject":
      draft[name] = requireText(name, once(name, draft[name], value));
      return;
    case "source":
    case "dataschema":
      draft[name] = requireUriReference(name, once(name, draft[name], value));
      return;
    case "time":
      draft.time = requireTimestamp(name, once(name, draft.time, value));
      return;
    case "datacontenttype":
      draft.datacontenttype = requireMediaType(name, once(name, draft.datacontenttype, value));
      return;
    case "data":
      throw new CloudEventError(
        name,
        "the specification reserves this name; call the extension something else.",
      );
    default:
      setExtension(draft, name, value);
  }
}

/** Takes the content type of the message itself, where it has one, over an attribute of that name. */
export function setContentType(draft: Draft, contentType: string | undefined): void {
  if (contentType === undefined) return;
  draft.datacontenttype = requireMediaType("datacontenttype", contentType);
}

/** @throws {CloudEventError} naming the first required attribute that is missing. */
export function requireComplete<D extends Draft>(draft: D): asserts draft is D & CompleteDraft {
  if (draft.specversion === undefined) setAttribute(draft, "specversion", undefined);
  if (draft.id === undefined) setAttribute(draft, "id", undefined);
  if (draft.source === undefined) setAttribute(draft, "source", undefined);
  if (draft.type === undefined) setAttribute(draft, "type", undefined);
  if (draft.extensions === noExtensions || Object.keys(draft.extensions).length <= maxExtensions) return;
  throw new CloudEventError(
    undefined,
    `found more than ${maxExtensions} extension attributes, the most allowed.`,
  );
}

type CompleteDraft = Pick<CloudEvent, "specversion" | "id" | "source" | "type">;

/** The attributes of an event about to be encoded, checked, in a stable order; bytes are base64 text by then. */
export function attributesOf(event: CloudEvent): [name: string, value: string | number | boolean][] {
  const checked = { extensions: noExtensions } as Draft;
  const entries: [string, string | number | boolean][] = [];
  for (const name of coreNames) {
    const value = event[name];
    if (value === undefined) continue;
    setAttribute(checked, name, value);
    entries.push([name, value]);
  }
  for (const [name, value] of Object.entries(event.extensions)) {
    if (isCoreName.has(name))
      throw new CloudEventError(name, "found among the extensions, expected beside them.");
    setAttribute(checked, name, value);
    entries.push([name, value instanceof Uint8Array ? toBase64(value) : value]);
  }
  requireComplete(checked);
  return entries;
}

function setExtension(draft: Draft, name: string, value: unknown): void {
  const checked = requireExtension(name, value);
  if (draft.extensions === noExtensions) draft.extensions = new Extensions();
  draft.extensions[name] = once(name, draft.extensions[name], checked);
}

function once<Value>(name: string, before: unknown, value: Value): Value {
  if (before === undefined) return value;
  throw new CloudEventError(name, "found twice, expected once.");
}
