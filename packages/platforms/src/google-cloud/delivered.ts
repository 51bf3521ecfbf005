// What the readers of Google's deliveries share: how a request looks to them, and what they make of it.
import { type CloudEvent, FunctionError } from "@faasade/core";
import type { FunctionEntry, LightHeaders } from "@faasade/core/adapter";
import { CloudEventError, decodeHttp, type HeaderSource, httpContentMode } from "@faasade/core/cloudevents";
import type { Artefact } from "../shared/artefact.ts";
import type { TriggerKind } from "../shared/platform.ts";

/** An event as its function gets it, and what was said of its delivery. */
export interface Delivered {
  readonly event: CloudEvent;
  /** 1 on the first delivery; absent where Google does not count. */
  readonly attempt?: number;
}

/** A POST, sent for one function. */
export interface Posted {
  /** As they came: what decodes an event looks at each of them anyway. */
  readonly source: HeaderSource;
  readonly headers: LightHeaders;
  readonly body: Uint8Array;
}

/** A function's entry, by the kind of its trigger. */
export type EntryOf<Kind extends TriggerKind> = FunctionEntry & {
  readonly trigger: Extract<FunctionEntry["trigger"], { kind: Kind }>;
};

export interface Reading {
  readonly app: Artefact["app"];
  /** Where a resource is; undefined when nobody said. */
  readonly urlOf: (resource: string) => string | undefined;
}

/** @throws {FunctionError} `invalid` for what is not one event. */
export function readCloudEvent({ source, body }: Posted): CloudEvent {
  const decoded = decodeHttp(source, body);
  if (!Array.isArray(decoded)) return decoded as CloudEvent;
  // A 2xx acknowledges the whole request, so what failed in a batch could not be named.
  throw new FunctionError("invalid", "Cannot deliver a batch of events: here each comes by itself.");
}

export function isCloudEvent({ source }: Posted): boolean {
  return httpContentMode(source) !== undefined;
}

export function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString("utf8"));
  } catch {
    throw new CloudEventError(undefined, "found a body that is neither an event nor JSON.");
  }
}

/** An event that its function does not wait for. */
export function unmatched(what: string, why: string): FunctionError {
  return new FunctionError("not_found", `Cannot deliver ${what.slice(0, 300)}: ${why}`);
}
