// The end of a command's help: lines to paste.
import type { Command } from "commander";

/** Shows what to type, and behind it what that does. */
export function addExamples(
  command: Command,
  examples: readonly (readonly [line: string, does: string])[],
): void {
  const lines = examples.map(([line]) => `npm run faasade -- ${line}`);
  const width = Math.max(...lines.map((line) => line.length));
  const text = lines.map((line, index) =>
    `  ${line.padEnd(width)}   ${examples[index]?.[1] ?? ""}`.trimEnd(),
  );
  command.addHelpText("after", `\nExamples:\n${text.join("\n")}`);
}
