// What a kind of resource is on a laptop.
import type { Resource } from "@faasade/core";
import type { DriverEntry } from "@faasade/core/adapter";
import type { StartMessage } from "../protocol.ts";

/** The driver of one resource, and where it points unless the operator's URL says otherwise. */
export type LocalDriver = (resource: LocalResource, start: StartMessage) => DriverEntry;

export interface LocalResource {
  /** As the app that runs calls it. */
  readonly name: string;
  /** The app whose resource it is. */
  readonly owner: string;
  /** As its owner calls it. */
  readonly local: string;
  /** `owner/local` */
  readonly qualified: string;
}

export function localResource({ name }: Resource, app: string): LocalResource {
  const [owner = app, local = name] = name.includes("/") ? name.split("/") : [app, name];
  return { name, owner, local, qualified: `${owner}/${local}` };
}
