// Which store a name means.
import { chooseName, type Status, type WorldClient } from "@faasade/local/control";
import { refused } from "../exit-code.ts";

/** @returns `app/store`. @throws {CommandFailure} when no store, or more than one, has that name. */
export async function findStore(client: WorldClient, name: string): Promise<string> {
  return chooseStore(await client.status(), name);
}

export function chooseStore({ apps }: Pick<Status, "apps">, name: string): string {
  const known = Object.entries(apps).flatMap(([app, { stores }]) =>
    stores.map((store) => (store.includes("/") ? store : `${app}/${store}`)),
  );
  return chooseName("store", name, known, refused);
}
