// What an exit code means, and the failure that carries one.
import { ControlError } from "@faasade/local/control";

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

/** 3 for what the world refused as wrong, 1 for everything that may work another time. */
export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof CommandFailure) return error.exitCode;
  if (error instanceof ControlError && error.status >= 400 && error.status < 500) return exitCodes.refused;
  return exitCodes.failed;
}
