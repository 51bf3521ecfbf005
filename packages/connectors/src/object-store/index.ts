// The front door of the object-store port: objects by key in a store that the operator provides.
import type { Resource } from "@faasade/core";
import { checkName, type OnceLedger } from "@faasade/core/adapter";
import { connect, type ObjectReader, type ObjectWriter } from "./client.ts";
import type { ObjectStoreDriver } from "./driver.ts";

export type { ObjectReader, ObjectWriter, UrlOptions } from "./client.ts";
export type {
  ByteRange,
  ListedObject,
  ObjectChange,
  ObjectContent,
  ObjectInfo,
  ObjectPage,
  ObjectStoreDriver,
  Origin,
  PutBody,
  PutOptions,
  SignOptions,
} from "./driver.ts";
export type { StoredObject } from "./stored-object.ts";

export interface ObjectStore
  extends Resource<
    "object-store",
    {
      read: ObjectReader;
      write: ObjectWriter;
      readWrite: ObjectReader & ObjectWriter & OnceLedger<ObjectReader & ObjectWriter>;
    }
  > {}

/** Names a store of objects; where it is, the operator says: `photos` is opened from `PHOTOS_URL`. */
export function objectStore(name: string): ObjectStore {
  return {
    kind: "object-store",
    name: checkName("object store", name),
    connect: (driver, access, ambient) => connect(name, driver as ObjectStoreDriver, access, ambient),
  };
}
