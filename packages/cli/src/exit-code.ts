// What an exit code means, and the failure that carries one.
import { Refusal } from "@faasade/platforms/shared/refusal";

/** Stable: scripts rely on them. Ctrl-C ends a command with 130, as shells have it. */
export const exitCodes = { ok: 0, failed: 1, usage: 2, refused: 3 } as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** Ends the command with a message for people and a code for scripts. */
export class CommandFailure extends Error {
  override readonly name = "CommandFailure";
  readonly exitCode: ExitCode;

  constructor(exitCode: ExitCode, message: string) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** For what is wrong with what was asked. */
export function refused(message: string): CommandFailure {
  return new CommandFailure(exitCodes.refused, message);
}

/**
 * 3 for what was refused as wrong: by the command, by the world (`ControlError`, `FunctionError` with a 4xx), by a
 * build (`Refusal`). 1 for everything that may work another time.
 */
export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof CommandFailure) return error.exitCode;
  return error instanceof Refusal || isRefused(Object(error).status) ? exitCodes.refused : exitCodes.failed;
}

/** Whether a status of HTTP says that what was asked was wrong. */
export function isRefused(status: unknown): boolean {
  return typeof status === "number" && status >= 400 && status < 500;
}
