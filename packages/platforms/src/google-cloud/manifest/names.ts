// Names: of a deployment, of what belongs to it, and of the variables in its script.
import { createHash } from "node:crypto";
import { toVariable } from "@faasade/core/adapter";
import { refused } from "./refusal.ts";

/** The name of something in Google Cloud, where it fits. @throws {ManifestRefusal} where it does not. */
export function physicalName(
  deployment: string,
  part: string | undefined,
  what: string,
  most: number,
): string {
  const name = part === undefined ? deployment : `${deployment}-${plain(part)}`;
  if (name.length <= most) return name;
  throw refused(
    undefined,
    `its ${what} would be called ${name}, and Google Cloud takes ${most} characters`,
    "Choose a shorter name for the stage",
  );
}

/** An account's id has 30 characters: what is longer ends in a digest of all of it. */
export function accountName(service: string): string {
  if (service.length >= 6 && service.length <= 30) return service;
  const digest = createHash("sha256").update(service).digest("hex").slice(0, 8);
  return `${service.slice(0, 21).replace(/-+$/, "")}-${digest}`;
}

/** A resource's or secret's name as part of another: `ticketing/sales` and `API_KEY` in one form. */
export function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
}

export function variableOf(name: string, what: string): string {
  return `${toVariable(name)}_${what}`;
}
