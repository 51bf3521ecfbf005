// Names: of a deployment, of what belongs to it, and of the entries in its template.
import { createHash } from "node:crypto";
import { refused } from "./refusal.ts";

export interface Labels {
  readonly "faasade-app": string;
  readonly "faasade-stage": string;
  readonly "faasade-deployment": string;
}

/** @throws {ManifestRefusal} where app, stage or both together are no label: `[a-z0-9-]`, at most 63 characters. */
export function labelsOf(app: string, stage: string): Labels {
  const deployment = `${app}-${stage}`;
  for (const [what, value] of Object.entries({ app, stage, deployment })) {
    if (/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(value)) continue;
    throw refused(
      undefined,
      `its label faasade-${what} would be ${JSON.stringify(value)}, and a label is a-z, 0-9 and "-", at most 63 characters`,
      what === "app" ? "Rename the app" : "Choose a shorter or plainer name for the stage",
    );
  }
  return { "faasade-app": app, "faasade-stage": stage, "faasade-deployment": deployment };
}

/** What CloudFormation calls an entry: `make-renditions`, `MAX_PIXELS` and `ticketing/sales` in one form. */
export function entryName(name: string, kind: string): string {
  const words = name.split(/[^A-Za-z0-9]+/).filter((word) => word !== "");
  const pascal = words.map((word) => word[0]?.toUpperCase() + word.slice(1).toLowerCase());
  return pascal.join("") + kind;
}

/** The same for text in which punctuation tells things apart. */
export function distinctEntryName(text: string, kind: string): string {
  const digest = createHash("sha256").update(text).digest("hex").slice(0, 8);
  return entryName(text, `${kind}${digest}`);
}

/** The name of something in AWS, where it fits. @throws {ManifestRefusal} where it does not. */
export function physicalName(deployment: string, part: string, what: string, most: number): string {
  const name = `${deployment}-${part.replaceAll("/", "-")}`;
  if (name.length <= most) return name;
  throw refused(
    undefined,
    `the ${what} of ${part} would be called ${name}, and ${most} characters are all that AWS leaves for it`,
    "Choose a shorter name for the stage, or use one that exists",
  );
}
