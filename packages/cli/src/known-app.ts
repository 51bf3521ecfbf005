// Whether an app that a person named is there.
import type { WorldClient } from "@faasade/local/control";
import { refused } from "./exit-code.ts";

/** @throws {CommandFailure} when the running world has no such app, with those it has. */
export async function requireApp(client: WorldClient, app: string, verb: string): Promise<void> {
  const known = Object.keys((await client.status()).apps);
  if (known.includes(app)) return;
  const names = known.join(", ") || "none";
  throw refused(`Cannot ${verb} of ${app}: there is no such app. There are: ${names}.`);
}
