// Proves that a target honours conditions, because some that speak S3 accept them and write all the same.
import { FunctionError } from "@faasade/core";
import { reservedKeyPrefix } from "@faasade/core/adapter";
import type { ObjectStoreDriver, PutOptions } from "../driver.ts";
import { describeTarget, type S3Target } from "./target.ts";

const probeKey = `${reservedKeyPrefix}probe/conditional-put`;

/** @throws {FunctionError} `unsupported` on a target that ignores `If-None-Match` or `If-Match`. */
export async function proveConditionalPut(driver: ObjectStoreDriver, target: S3Target): Promise<void> {
  const once = { ifNoneMatch: "*" } as const;
  // The second finds what the first wrote, the first what an earlier proof left.
  if (!(await refuses(driver, once)) && !(await refuses(driver, once)))
    throw ignored(target, "If-None-Match");
  if (!(await refuses(driver, { ifMatch: "00000000000000000000000000000000" })))
    throw ignored(target, "If-Match");
}

async function refuses(driver: ObjectStoreDriver, condition: PutOptions): Promise<boolean> {
  try {
    await driver.put(probeKey, new TextEncoder().encode("conditional writes are proved here"), condition);
    return false;
  } catch (error) {
    if (error instanceof FunctionError && error.code === "precondition_failed") return true;
    throw error;
  }
}

function ignored(target: S3Target, header: string): FunctionError {
  const message =
    `Cannot write conditionally to ${describeTarget(target)}: it accepts ${header} and writes all the same, so two runs ` +
    "could each believe to be the only one. Use a store that answers 412, or remember what was done in sql.";
  return new FunctionError("unsupported", message);
}
