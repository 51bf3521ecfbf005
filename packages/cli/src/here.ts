// Where this command works: the checkout, its data, and the world that runs on it.
import { resolve } from "node:path";
import { findWorld, type Home, homeAt, type WorldClient } from "@faasade/local/control";
import { CommandFailure, exitCodes } from "./exit-code.ts";

/** `FAASADE_ROOT`, else the checkout this file belongs to. */
export function findRoot(environment: NodeJS.ProcessEnv = process.env): string {
  return resolve(environment["FAASADE_ROOT"] || resolve(import.meta.dirname, "../../.."));
}

/** Its data is in `FAASADE_DATA`, relative to the root; `.faasade` when that is not set. */
export function findHome(): Home {
  return homeAt(findRoot());
}

/** @throws {CommandFailure} when no world runs on this data. */
export async function runningWorld(): Promise<WorldClient> {
  const home = findHome();
  const world = await findWorld(home);
  if (world !== undefined) return world;
  throw new CommandFailure(
    exitCodes.failed,
    `Cannot reach the local world: none runs on the data in ${home.data}. Start it with: npm start`,
  );
}

/** A file as the person means it: npm runs scripts at the root, wherever it was called. */
export function resolveFile(path: string, environment: NodeJS.ProcessEnv = process.env): string {
  const calledByNpm = ["faasade", "start"].includes(environment["npm_lifecycle_event"] ?? "");
  return resolve((calledByNpm ? environment["INIT_CWD"] : undefined) ?? process.cwd(), path);
}
