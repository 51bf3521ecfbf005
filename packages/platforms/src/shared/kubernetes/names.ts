// Names of objects.
import type { Refuse } from "../refusal.ts";

/** A CronJob's limit, the least of all: Kubernetes and Knative append to names, and 63 is the end of a DNS label. */
const mostCharacters = 52;

/** What an object is called: the app, and what it is of it. @throws {ManifestRefusal} where it is too long. */
export function objectName(refuse: Refuse, app: string, part?: string): string {
  const name = part === undefined ? app : `${app}-${part}`;
  if (name.length <= mostCharacters) return name;
  throw refuse(
    undefined,
    `something of it would be called ${name}, and ${mostCharacters} characters are all that Kubernetes leaves for it`,
    "Choose a shorter name",
  );
}
