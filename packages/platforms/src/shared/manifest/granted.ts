// What functions need on a platform, beside what they use themselves.
import type { FunctionDescription } from "@faasade/core/adapter";
import type { Platform } from "../platform.ts";

export function grantedOn(
  { grants = {} }: Pick<Platform, "grants">,
  fn: FunctionDescription,
): FunctionDescription {
  return { ...fn, grants: [...fn.grants, ...(grants[fn.trigger.kind] ?? [])] };
}
