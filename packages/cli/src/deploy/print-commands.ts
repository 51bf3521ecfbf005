// Commands to read, or to hand to a shell: alone on stdout, a line each.
import type { Standing, Step } from "@faasade/deploy";
import { print, remark } from "../output.ts";

export function printCommands(steps: readonly Pick<Step, "command">[]): void {
  for (const { command } of steps) print(command);
}

/** That the commands are made without knowing what stands. */
export function sayUnasked({ detail }: Standing, how: string): void {
  remark(`Not compared with what stands: ${detail}\nOf these commands: ${how}.`);
}
