// Names of objects, and the labels on everything.
import type { Refuse } from "../refusal.ts";

export interface Labels {
  readonly "faasade-app": string;
  readonly "faasade-stage": string;
  readonly "faasade-deployment": string;
}

/** A CronJob's limit, the least of all: Kubernetes and Knative append to names, and 63 is the end of a DNS label. */
const mostCharacters = 52;

/** @throws {ManifestRefusal} where app, stage or both together are no label: `[a-z0-9-]`, at most 63 characters. */
export function labelsOf(refuse: Refuse, app: string, stage: string): Labels {
  const deployment = `${app}-${stage}`;
  for (const [what, value] of Object.entries({ app, stage, deployment })) {
    if (/^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/.test(value)) continue;
    if (what === "stage" && /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(value)) continue;
    throw refuse(
      undefined,
      `its label faasade-${what} would be ${JSON.stringify(value)}, and a label is a-z, 0-9 and "-", at most 63 characters`,
      what === "app" ? "Rename the app" : "Choose a shorter or plainer name for the stage",
    );
  }
  return { "faasade-app": app, "faasade-stage": stage, "faasade-deployment": deployment };
}

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
