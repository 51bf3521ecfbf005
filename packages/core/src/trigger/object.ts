// Started by an object that appears in a store or leaves it.
import type { CloudEvent } from "../cloudevents/event.ts";
import type { Resource } from "../resource/resource.ts";
import type { Trigger } from "./catalog.ts";

export interface ObjectData {
  /** The name of the store resource. */
  readonly store: string;
  readonly key: string;
  /** Bytes; absent where the platform does not say, and on removal. */
  readonly size?: number;
  /** Identifies this content; absent on removal. */
  readonly etag?: string;
}

export type ObjectChange = "created" | "removed";

/** Which keys start the function; all when nothing is said. */
export interface KeyFilter {
  readonly prefix?: string;
  /** One of these endings, compared without case. */
  readonly suffix?: readonly string[];
}

export interface ObjectTrigger extends Trigger<"object", CloudEvent<ObjectData>, void> {
  readonly store: Resource<"object-store">;
  readonly change: ObjectChange;
  readonly filter: KeyFilter;
}

export const objectEventTypes: Readonly<Record<ObjectChange, string>> = {
  created: "dev.faasade.object.created",
  removed: "dev.faasade.object.removed",
};

/** What the object-store port keeps for itself, such as claims of `once`; no function is started by it. */
export const reservedKeyPrefix = ".faasade/";

/** Starts the function for each object written to the store; overwriting writes again. */
export function objectCreated(store: Resource<"object-store">, filter: KeyFilter = {}): ObjectTrigger {
  return { kind: "object", store, change: "created", filter };
}

/** Starts the function for each object removed from the store. */
export function objectRemoved(store: Resource<"object-store">, filter: KeyFilter = {}): ObjectTrigger {
  return { kind: "object", store, change: "removed", filter };
}

/** Whether a key starts the function; platforms whose own filters are weaker ask again here. */
export function matchesKey(filter: KeyFilter, key: string): boolean {
  if (key.startsWith(reservedKeyPrefix)) return false;
  if (filter.prefix !== undefined && !key.startsWith(filter.prefix)) return false;
  if (filter.suffix === undefined) return true;
  const lower = key.toLowerCase();
  return filter.suffix.some((suffix) => lower.endsWith(suffix.toLowerCase()));
}
