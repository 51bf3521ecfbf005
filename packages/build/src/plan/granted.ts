// The functions of an app, with what they need on a platform beside what they use.

import { grantedOn } from "@faasade/platforms/shared/granted";
import type { Platform } from "@faasade/platforms/shared/platform";
import type { DescribedFunction } from "../describe/describe.ts";

export function allGrantedOn(
  platform: Platform,
  functions: readonly DescribedFunction[],
): DescribedFunction[] {
  return functions.map((one) => ({ ...one, description: grantedOn(platform, one.description) }));
}
