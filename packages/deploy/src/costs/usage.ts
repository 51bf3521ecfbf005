// What one use of an app comes to, as its package.json says: the app knows it, no platform does.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Refusal } from "@faasade/platforms/shared/refusal";

/** `faasade.usage` of an app's package.json. */
export interface Usage {
  /** What is counted, in the singular: `picture`. */
  readonly unit: string;
  /** What is kept for a month of one use. */
  readonly storedMegabytes?: number;
  /** By function; one that is not named is not started by a use. Of a scheduled one, `times` comes from its schedule. */
  readonly starts: Readonly<Record<string, StartUsage>>;
}

/** What one start takes. */
export interface StartUsage {
  /** Per use; a fraction for batches. Default: 1. */
  readonly times?: number;
  readonly seconds: number;
  /** Objects that are read, and asked about. */
  readonly reads?: number;
  /** Objects that are written, and lists. */
  readonly writes?: number;
  /** That are sent, to queues, topics and functions. */
  readonly messages?: number;
}

const numbers = ["times", "seconds", "reads", "writes", "messages"];

/** @returns undefined where the app says nothing of it. @throws {Refusal} for what cannot be counted with. */
export async function readUsage(root: string, app: string): Promise<Usage | undefined> {
  const file = join(root, "apps", app, "package.json");
  const { faasade } = JSON.parse(await readFile(file, "utf8")) as { faasade?: { usage?: Usage } };
  if (faasade?.usage !== undefined) checkUsage(app, faasade.usage);
  return faasade?.usage;
}

function checkUsage(app: string, usage: Usage): void {
  const refuse = (why: string): Refusal =>
    new Refusal(`Cannot tell what ${app} costs: "faasade.usage" of its package.json ${why}.`);
  const { unit, storedMegabytes = 0, starts } = usage;
  if (typeof unit !== "string" || typeof starts !== "object" || starts === null)
    throw refuse('must have a "unit", such as "picture", and "starts" by function');
  if (!isAmount(storedMegabytes)) throw refuse("has storedMegabytes that is no amount");
  for (const [name, start] of Object.entries(starts))
    for (const key of new Set(["seconds", ...Object.keys(start)])) {
      const value = (start as unknown as Readonly<Record<string, unknown>>)[key];
      if (!numbers.includes(key) || !isAmount(value))
        throw refuse(
          `says ${key}: ${JSON.stringify(value)} of ${name}; it knows amounts of ${numbers.join(", ")}`,
        );
    }
}

function isAmount(value: unknown): boolean {
  return typeof value === "number" && value >= 0 && Number.isFinite(value);
}
