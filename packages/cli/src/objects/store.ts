// Which store a name means.
import type { Status, WorldClient } from "@faasade/local/control";
import { CommandFailure, exitCodes } from "../exit-code.ts";

/** @returns `app/store`. @throws {CommandFailure} when no store, or more than one, has that name. */
export async function findStore(client: WorldClient, name: string): Promise<string> {
  return chooseStore(await client.status(), name);
}

export function chooseStore({ apps }: Pick<Status, "apps">, name: string): string {
  const all = Object.entries(apps).flatMap(([app, { stores }]) =>
    stores.map((store) => (store.includes("/") ? store : `${app}/${store}`)),
  );
  const known = [...new Set(all)].sort();
  const found = known.filter((store) => store === name || store.endsWith(`/${name}`));
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  const problem = found.length > 1 ? `several stores are named ${name}` : `there is no store ${name}`;
  const names = (found.length > 1 ? found : known).join(", ") || "none";
  throw new CommandFailure(exitCodes.refused, `Cannot choose a store: ${problem}. There are: ${names}.`);
}
