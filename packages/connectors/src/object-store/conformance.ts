// The suite that every driver of the object-store port runs, whole. Only tests import this file.
import { describe } from "vitest";
import { bytesSuite } from "./conformance/bytes.ts";
import { conditionsSuite } from "./conformance/conditions.ts";
import type { ObjectStoreHarness } from "./conformance/harness.ts";
import { keysSuite } from "./conformance/keys.ts";
import { listsSuite } from "./conformance/lists.ts";
import { onceSuite } from "./conformance/once.ts";
import { signedUrlsSuite } from "./conformance/signed-urls.ts";

export type { ObjectStoreCapabilities, ObjectStoreHarness, OpenStore } from "./conformance/harness.ts";

/** Registers the suite for one driver on one target. */
export function objectStoreConformance(harness: ObjectStoreHarness): void {
  describe(`object-store on ${harness.title}`, () => {
    bytesSuite(harness);
    keysSuite(harness);
    listsSuite(harness);
    conditionsSuite(harness);
    onceSuite(harness);
    signedUrlsSuite(harness);
  });
}
