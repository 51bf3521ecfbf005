// Removes objects by key.
import { runningWorld } from "../here.ts";
import { oneLine, print, printJson } from "../output.ts";
import { findStore } from "./store.ts";

export async function removeObjects(
  name: string,
  keys: readonly string[],
  options: { readonly json?: true },
): Promise<void> {
  const client = await runningWorld();
  const store = await findStore(client, name);
  for (const key of keys) {
    await client.removeObject(store, key);
    if (!options.json) print(`removed ${store}/${oneLine(key)}`);
  }
  if (options.json) printJson({ removed: keys });
}
