// Removes objects by key.
import { oneLine, print, printJson } from "../output.ts";
import type { StageOptions } from "../stage/options.ts";
import { withStore } from "./store.ts";

export interface RemoveOptions extends StageOptions {
  readonly json?: true;
}

export async function removeObjects(
  name: string,
  keys: readonly string[],
  options: RemoveOptions,
): Promise<void> {
  await withStore(name, options, async (store) => {
    for (const key of keys) {
      await store.remove(key);
      if (!options.json) print(`removed ${store.name}/${oneLine(key)}`);
    }
  });
  if (options.json) printJson({ removed: keys });
}
