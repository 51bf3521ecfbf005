/** Whether the tests that platforms name as their proofs were run and passed: no cell claims more than that. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { platforms } from "../packages/platforms/src/index.ts";
import { type Claim, proofWords } from "../packages/platforms/src/shared/proof.ts";
import { leftOutTests } from "./needed-apps.ts";
import { root } from "./workspaces.ts";

type Run = "tests" | "runtimes";

/** What is claimed by more than our own tests is proved inside the platforms' own runtimes, and what says so itself. */
const provedBy = ({ proof, inRuntimes }: Claim): Run =>
  inRuntimes === undefined && proofWords.indexOf(proof) < proofWords.indexOf("real-runtime")
    ? "tests"
    : "runtimes";

/**
 * A line for each claim that this run was to prove and did not. None in an ejected app, which has no such tests; where
 * some were left out with their apps, a claim may be theirs, and counts when its tests were run.
 */
export async function unprovedClaims(
  report: string | undefined,
  run: Run,
  mayBeLeftOut = leftOutTests("packages/platforms").length > 0,
): Promise<string[]> {
  if (!existsSync(join(root, "packages/platforms/test"))) return [];
  const ran = report === undefined ? [] : readTests(report);
  const all = await Promise.all(Object.values(platforms).map((load) => load()));
  return all.flatMap(({ name, proofs, appProofs = [] }) =>
    [
      ...proofs.map((proof) => ({ proof, what: proof.trigger as string })),
      ...appProofs.map((proof) => ({ proof, what: proof.app })),
    ]
      .filter(({ proof }) => provedBy(proof) === run)
      .flatMap(({ proof, what }) => problemsOf(name, what, proof, ran, mayBeLeftOut)),
  );
}

function problemsOf(
  platform: string,
  what: string,
  { packaging, proof, tests }: Claim,
  ran: readonly Test[],
  mayBeLeftOut: boolean,
): string[] {
  const its = ran.filter(({ fullName }) => fullName.startsWith(tests));
  const claim = `${platform}, ${packaging}, ${what}: "${proof}" is claimed, but`;
  if (its.length === 0 && mayBeLeftOut) return [];
  if (its.length === 0) return [`${claim} no test begins with "${tests}"`];
  return its
    .filter(({ status }) => status !== "passed")
    .map(({ fullName, status }) => `${claim} "${fullName}" ${status}`);
}

interface Test {
  readonly fullName: string;
  readonly status: string;
}

function readTests(report: string): Test[] {
  const { testResults } = JSON.parse(report) as { testResults: { assertionResults: Test[] }[] };
  return testResults.flatMap(({ assertionResults }) => assertionResults);
}
