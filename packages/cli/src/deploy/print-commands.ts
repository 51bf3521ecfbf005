// Commands to read, or to hand to a shell: alone on stdout, a line each.
import type { Step } from "@faasade/deploy";
import { print } from "../output.ts";

export function printCommands(steps: readonly Pick<Step, "command">[]): void {
  for (const { command } of steps) print(command);
}
