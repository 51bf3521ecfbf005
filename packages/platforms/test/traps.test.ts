// The list of traps in docs/traps.md: each names a case that is there.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

const root = join(import.meta.dirname, "../../..");
const rows = readFileSync(join(root, "docs/traps.md"), "utf8")
  .split("\n")
  .filter((line) => /^\| (?!trap |-)/.test(line))
  .map((line) =>
    line
      .slice(1, -1)
      .split(/(?<!\\)\|/)
      .map((cell) => cell.trim()),
  );
const casePattern = /^`([^`]+\.ts)` (.+)$/;

it.each(rows)("%s is proved by a case that is there", (_trap, _answer, proof = "") => {
  const [, file = "", title = ""] = casePattern.exec(proof) ?? [];
  const path = join(root, file.startsWith("packages/") ? file : join("packages/platforms/test", file));
  expect(existsSync(path), `${file} of "${proof}"`).toBe(true);
  // A title, or its beginning, as `it` has it.
  const titles = [...readFileSync(path, "utf8").matchAll(/["'`]([^"'`\n]+(?:'[^"`\n]*)?)["'`]/g)].map(
    ([, text]) => text,
  );
  expect(
    titles.some((text) => text?.startsWith(title)),
    `"${title}" in ${file}`,
  ).toBe(true);
});

it("is a list of all five platforms, and of CloudEvents", () => {
  expect(rows.length).toBeGreaterThan(60);
});
