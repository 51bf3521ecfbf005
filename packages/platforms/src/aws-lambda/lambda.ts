// What every kind of event needs of the artefact that Lambda runs.
import type { App, Host } from "@faasade/core/adapter";
import { urlVariable } from "@faasade/core/adapter";
import type { Artefact } from "../shared/artefact.ts";

export interface Lambda {
  readonly artefact: Artefact;
  readonly app: App;
  readonly host: Host;
}

/** Where a resource is: what `<NAME>_URL` says, else what the artefact was built with. */
export function resourceUrl({ artefact, host }: Lambda, name: string): string | undefined {
  return host.configuration(urlVariable(name)) ?? artefact.drivers[name]?.url;
}
