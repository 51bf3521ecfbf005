/**
 * `npm run test:runtimes [-- <part of a file's name>…]`: installs the runtimes that are missing, then runs artefacts
 * inside them. The last line is that of `npm test`; with FAASADE_STRICT=1, what could not be proved fails as there.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readNotProved } from "../not-proved.ts";
import { unprovedClaims } from "../proofs.ts";
import { runBin, runStep } from "../steps.ts";
import { closingLines, countTests } from "../test-counts.ts";
import { installPart } from "./install-part.ts";
import { missingParts } from "./parts.ts";

const folder = mkdtempSync(join(tmpdir(), "faasade-runtimes-"));
try {
  await Promise.all(missingParts().map((part) => installPart(part)));
  const notes = join(folder, "not-proved");
  const report = join(folder, "report.json");
  const config = join(import.meta.dirname, "vitest.config.ts");
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  let exitCode = 1;
  await runStep({
    title: "real runtimes",
    async run() {
      exitCode = await runBin("vitest", ["run", "--config", config, ...reporters, ...process.argv.slice(2)], {
        NODE_ENV: "test",
        FAASADE_NOT_PROVED_FILE: notes,
      });
      return exitCode === 0;
    },
  });
  const text = readReport(report);
  const ran = countTests(text, exitCode);
  const everything = process.argv.length === 2;
  const claims = everything && exitCode === 0 ? await unprovedClaims(text, "runtimes") : [];
  for (const claim of claims) console.error(claim);
  const counts = { ...ran, failed: ran.failed + claims.length };
  const strict = process.env.FAASADE_STRICT === "1";
  const closing = closingLines({ passed: 0, failed: 0 }, counts, readNotProved(notes), strict);
  console.log(closing.lines.join("\n"));
  process.exitCode = closing.exitCode;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function readReport(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined; // vitest did not come as far as writing it, which counts as a failure
  }
}
