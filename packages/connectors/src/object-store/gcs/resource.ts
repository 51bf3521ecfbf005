// An object as the JSON API describes it: https://cloud.google.com/storage/docs/json_api/v1/objects
import type { ObjectInfo } from "../driver.ts";

/** Numbers of 64 bits are text. */
export interface ObjectResource {
  readonly name: string;
  readonly size: string;
  /** Another for each content that the name ever had. */
  readonly generation: string;
  readonly contentType?: string;
  readonly timeCreated?: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

export const objectFields = "name,size,generation,contentType,timeCreated,metadata";
export const listFields = "items(name,size,generation,timeCreated),nextPageToken";

export function infoOf(key: string, resource: ObjectResource): ObjectInfo {
  const { contentType = "application/octet-stream", metadata = {} } = resource;
  const named = Object.entries(metadata).map(([name, value]) => [name.toLowerCase(), value]);
  return { key, ...listedOf(resource), contentType, metadata: Object.fromEntries(named) };
}

/** The generation is the etag: it is what conditions are about. */
export function listedOf({ size, generation, timeCreated = "" }: ObjectResource) {
  return { size: Number(size), etag: generation, modifiedAt: Date.parse(timeCreated) || 0 };
}
