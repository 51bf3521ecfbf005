// Names: of a deployment, of what belongs to it, and of the entries in its template.
import { createHash } from "node:crypto";
import { refused } from "./refusal.ts";

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
