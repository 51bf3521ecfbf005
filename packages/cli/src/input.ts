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

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EISDIR: "it is a folder",
  ENOTDIR: "a folder on its path is a file",
  EEXIST: "something else of that name is there",
  EACCES: "this user may not",
  EPERM: "this user may not",
  EROFS: "the file system is read-only",
  ENOSPC: "the disk is full",
};

/** What the operating system objects to, in words. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return reasons[code ?? ""] ?? message;
}

/** Why a file cannot be used; what does not exist counts as wrong input. */
export function fileFailure(verb: string, path: string, error: unknown): CommandFailure {
  const { code = "" } = error as NodeJS.ErrnoException;
  const isWrong = ["ENOENT", "EISDIR", "ENOTDIR"].includes(code);
  const exitCode = isWrong ? exitCodes.refused : exitCodes.failed;
  return new CommandFailure(exitCode, `Cannot ${verb} ${path}: ${reasonOf(error)}.`);
}

/** For `catch`: what the operating system refused becomes a clear message, everything else stays what it is. */
export function refuseFile(verb: string): (error: unknown) => never {
  return (error) => {
    const { syscall, path } = error as NodeJS.ErrnoException;
    throw syscall === undefined || path === undefined ? error : fileFailure(verb, path, error);
  };
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
