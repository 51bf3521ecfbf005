// Our artefacts that are servers, as contenders: whichever packaging's file answers when Node runs it.
import { rename } from "node:fs/promises";
import { join } from "node:path";
import { type BuildRequest, type Built, buildEverywhere, fileOf, unpack } from "../artefacts.ts";
import { costOfFirstReply, NoServer, type Program, type Question } from "../programs.ts";
import type { Contender } from "../rounds.ts";

export interface OwnOptions {
  readonly app: string;
  readonly unit: BuildRequest["unit"];
  /** Whose artefact answers. */
  readonly functionName: string;
  readonly question: Question;
  readonly environment?: Readonly<Record<string, string>>;
  /** After the platform's name. */
  readonly suffix?: string;
  readonly folder: string;
}

let places = 0;

/** A short folder for each that is measured, of one length for all. */
export function placeOf(): string {
  places += 1;
  return `at-${String(places).padStart(2, "0")}`;
}

/** Before each path, where the platform puts the app under one. */
const mounts: Readonly<Record<string, string>> = { "faasade/azure-functions/custom-handler": "/api" };

/** Platforms that start the code themselves are left out, and named on standard error. */
export async function ownServers(options: OwnOptions): Promise<Contender[]> {
  const found: Contender[] = [];
  for (const built of await buildEverywhere(options)) {
    const program = await programOf(built, options);
    if (program === undefined) continue;
    const { question } = options;
    const path = `${mounts[built.name] ?? ""}${question.path}`;
    const measure = () => costOfFirstReply(program, { ...question, path });
    try {
      await measure();
      found.push({ name: program.name, measure });
    } catch (error) {
      if (error instanceof NoServer) console.error(`left out: ${error.message}`);
      else console.error(`no server that answers: ${program.name}. ${firstLine(error)}`);
    }
  }
  return found;
}

async function programOf({ name, result }: Built, options: OwnOptions): Promise<Program | undefined> {
  const { functionName, environment = {}, suffix = "" } = options;
  const artefact = result.artefacts.find(({ functions }) => functions.includes(functionName));
  if (artefact === undefined) return undefined;
  const folder = join(options.folder, placeOf());
  await rename(await unpack(result, artefact), folder);
  return { name: `${name}${suffix}`, args: [await fileOf(result)], folder, environment };
}

function firstLine(error: unknown): string {
  return (error as Error).message.split("\n", 1)[0] ?? "";
}
