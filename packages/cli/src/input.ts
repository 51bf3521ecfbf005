// What a command is given to read: the text itself, a file as @file, standard input as "-".
import { readFile } from "node:fs/promises";
import { CommandFailure, exitCodes } from "./exit-code.ts";
import { resolveFile } from "./here.ts";

/** @throws {CommandFailure} when the file cannot be read or is no UTF-8. */
export async function readGiven(given: string): Promise<string> {
  if (given !== "-" && !given.startsWith("@")) return given;
  const from = given === "-" ? "standard input" : given.slice(1);
  const bytes = given === "-" ? await readStdin() : await readBytes(from);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new CommandFailure(exitCodes.usage, `Cannot read ${from} as text: it is not UTF-8.`);
  }
}

/** @throws {CommandFailure} for what is no JSON, with where it stops being it. */
export async function readGivenJson(given: string): Promise<unknown> {
  const text = await readGiven(given);
  try {
    return JSON.parse(text);
  } catch (error) {
    const from = given === "-" ? "standard input" : given.startsWith("@") ? given.slice(1) : "the data";
    const hint = given === "-" || given.startsWith("@") ? "" : ` Text needs its quotes: '"text"'.`;
    throw new CommandFailure(
      exitCodes.usage,
      `Cannot read ${from} as JSON: ${(error as Error).message}.${hint}`,
    );
  }
}

/** Why a file cannot be used, in words. */
export function fileFailure(verb: string, path: string, error: unknown): CommandFailure {
  const { code, message } = error as NodeJS.ErrnoException;
  const reasons: Readonly<Record<string, string>> = {
    ENOENT: "there is no such file",
    EISDIR: "it is a folder",
    EACCES: "it may not be opened",
  };
  return new CommandFailure(exitCodes.failed, `Cannot ${verb} ${path}: ${reasons[code ?? ""] ?? message}.`);
}

async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return await readFile(resolveFile(path));
  } catch (error) {
    throw fileFailure("read", path, error);
  }
}

async function readStdin(): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of process.stdin as AsyncIterable<Uint8Array>) chunks.push(chunk);
  return Buffer.concat(chunks);
}
