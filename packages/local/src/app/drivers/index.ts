// The drivers a laptop has, by the kind of resource; an operator's URL of another scheme chooses that scheme's.
import type { Resource } from "@faasade/core";
import type { DriverEntry } from "@faasade/core/adapter";
import type { StartMessage } from "../protocol.ts";
import { functionCalls } from "./function.ts";
import { type LocalDriver, localResource } from "./local-driver.ts";
import { mail } from "./mail.ts";
import { objectStore } from "./object-store.ts";
import { queue } from "./queue.ts";
import { sql } from "./sql.ts";
import { topic } from "./topic.ts";
import { warehouse } from "./warehouse.ts";

const localDrivers: ReadonlyMap<string, LocalDriver> = new Map([
  ["object-store", objectStore],
  ["sql", sql],
  ["queue", queue],
  ["mail", mail],
  ["topic", topic],
  ["warehouse", warehouse],
  ["function", functionCalls],
]);

/** A kind without a driver is refused when it is first used, so that the rest of its app works. */
export function driverFor(resource: Resource, start: StartMessage): DriverEntry {
  const driver = localDrivers.get(resource.kind);
  if (driver !== undefined) return driver(localResource(resource, start.app), start);
  const known = [...localDrivers.keys()].join(", ");
  return {
    load: async () => Promise.reject(new Error(`the local world has no driver for it, only for ${known}`)),
  };
}
