// Asks before what cannot be undone.
import { createInterface } from "node:readline/promises";
import { CommandFailure, exitCodes } from "./exit-code.ts";

/**
 * @param what in words, behind "whether to": `delete the data in …`.
 * @throws {CommandFailure} when nobody is at the keyboard, or the answer is not yes.
 */
export async function confirm(what: string): Promise<void> {
  if (!process.stdin.isTTY)
    throw new CommandFailure(exitCodes.usage, `Cannot ask whether to ${what}: say --yes.`);
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(`Really ${what}? Type yes: `);
  terminal.close();
  if (answer.trim().toLowerCase() !== "yes")
    throw new CommandFailure(exitCodes.failed, "Nothing is deleted.");
}
