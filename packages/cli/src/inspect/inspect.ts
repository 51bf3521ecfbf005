// Everything that can be known of a function without deploying it.
import type { FunctionDescription } from "@faasade/core/adapter";
import { type Bundle, bundleFunction } from "./bundle.ts";
import { findFunctionFile } from "./find.ts";
import { type Loading, loadFunction } from "./load.ts";

export interface Inspection extends FunctionDescription {
  readonly app: string;
  /** Relative to the root. */
  readonly file: string;
  readonly bundle: Bundle;
  readonly load: Loading;
}

/** @throws {CommandFailure} when there is no such function, or it does not load. */
export async function inspectFunction(root: string, name: string): Promise<Inspection> {
  const { app, file, path } = await findFunctionFile(root, name);
  const { description, ...load } = await loadFunction(root, path);
  return { app, file, ...description, bundle: await bundleFunction(root, path), load };
}
