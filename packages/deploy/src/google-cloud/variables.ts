// What the script is run with: the place, the images, what the operator said, and what the services run with already.
import type { Wanted } from "../target.ts";
import type { Gcloud } from "./gcloud.ts";
import { imagesOf } from "./images.ts";
import type { GoogleStanding } from "./look.ts";
import type { Script } from "./script.ts";

export interface Variables {
  /** Said to the script. */
  readonly given: Readonly<Record<string, string>>;
  /** With what it chooses itself, as far as that can be known here. */
  readonly all: Readonly<Record<string, string>>;
}

export function variablesOf(
  wanted: Wanted,
  { environment }: GoogleStanding,
  gcloud: Gcloud,
  script: Script,
): Variables {
  const asked = new Set([...script.needed.map(({ variable }) => variable), ...Object.keys(script.chosen)]);
  // What the script computes is not to be kept: a place that moved would not be noticed.
  const kept = Object.entries(environment).filter(
    ([name]) => asked.has(name) && name !== "PUBLIC_URL" && script.chosen[name] === undefined,
  );
  const given = {
    ...Object.fromEntries(kept),
    ...Object.fromEntries(Object.entries(wanted.values).filter(([name]) => asked.has(name))),
    ...imagesOf(wanted, gcloud),
    PROJECT_ID: gcloud.project,
    REGION: gcloud.region,
  };
  return { given, all: { ...script.chosen, ...given } };
}
