// Names: of a deployment, of what belongs to it, and of the symbols in its template.
import { createHash } from "node:crypto";
import { refused } from "./refusal.ts";

export interface Labels {
  readonly "faasade-app": string;
  readonly "faasade-stage": string;
  readonly "faasade-deployment": string;
}

/** A function app's name is a host's name, and the suffix that makes it one of a kind takes fourteen. */
const mostOfDeployment = 46;

/** @throws {ManifestRefusal} where app, stage or both together are no label: `[a-z0-9-]`, at most 63 characters. */
export function labelsOf(app: string, stage: string): Labels {
  const deployment = `${app}-${stage}`;
  for (const [what, value] of Object.entries({ app, stage, deployment })) {
    const most = what === "deployment" ? mostOfDeployment : 63;
    if (/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(value) && value.length <= most) continue;
    throw refused(
      undefined,
      `its label faasade-${what} would be ${JSON.stringify(value)}, and that is a-z, 0-9 and "-", at most ${most} characters`,
      what === "app" ? "Rename the app" : "Choose a shorter or plainer name for the stage",
    );
  }
  return { "faasade-app": app, "faasade-stage": stage, "faasade-deployment": deployment };
}

/** What Bicep calls a symbol: `make-renditions`, `MAX_PIXELS` and `ticketing/sales` in one form. */
export function symbol(name: string, kind = ""): string {
  const words = name.split(/[^A-Za-z0-9]+/).filter((word) => word !== "");
  const [first = "", ...rest] = words.map((word) => word.toLowerCase());
  const camel = first + rest.map((word) => word[0]?.toUpperCase() + word.slice(1)).join("");
  return /^\d/.test(camel) ? `n${camel}${kind}` : `${camel}${kind}`;
}

/**
 * A resource's or secret's name as part of another, of at most so many characters; what is longer ends in a digest.
 * Containers and queues have 3 to 63 characters, and no two hyphens in a row.
 */
export function plain(name: string, most = 63): string {
  const text = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "")
    .padEnd(3, "0");
  if (text.length <= most) return text;
  const digest = createHash("sha256").update(name).digest("hex").slice(0, 8);
  return `${text.slice(0, most - 9).replace(/-$/, "")}-${digest}`;
}
