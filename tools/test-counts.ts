/** Counts of a vitest run, from its JSON report and its exit code, and the last lines of `npm test`. */
import { type NotProved, notProvedLine } from "./not-proved.ts";

export interface TestCounts {
  passed: number;
  failed: number;
  skipped: number;
}

export const noTests: TestCounts = { passed: 0, failed: 0, skipped: 0 };

/**
 * A file that could not be read holds no test results and counts as one failure; so does a run that failed without
 * a failed test (an unhandled error, a crash) or left no report.
 */
export function countTests(report: string | undefined, exitCode: number): TestCounts {
  if (report === undefined) return { ...noTests, failed: 1 };
  const { testResults } = JSON.parse(report) as VitestReport;
  const statuses = testResults.flatMap((file) => file.assertionResults.map(({ status }) => status));
  const passed = statuses.filter((status) => status === "passed").length;
  const failedTests = statuses.filter((status) => status === "failed").length;
  const failedFiles = testResults.filter(
    (file) => file.status === "failed" && !file.assertionResults.some(({ status }) => status === "failed"),
  ).length;
  const failed = failedTests + failedFiles;
  return {
    passed,
    failed: failed === 0 && exitCode !== 0 ? 1 : failed,
    skipped: statuses.length - passed - failedTests,
  };
}

/** The closing lines and the exit code; when strict, each promise that was not proved is a failure. */
export function closingLines(
  steps: { passed: number; failed: number },
  tests: TestCounts,
  unproved: readonly NotProved[],
  strict: boolean,
): { lines: string[]; exitCode: number } {
  const passed = steps.passed + tests.passed;
  const failed = steps.failed + tests.failed + (strict ? unproved.length : 0);
  const lines = [
    ...unproved.map(notProvedLine),
    `${passed} passed, ${failed} failed, ${tests.skipped} skipped`,
  ];
  return { lines, exitCode: failed === 0 ? 0 : 1 };
}

/** The part of vitest's `json` reporter that is read here. */
interface VitestReport {
  testResults: { status: string; assertionResults: { status: string }[] }[];
}
