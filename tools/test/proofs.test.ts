import { describe, expect, it } from "vitest";
import { platforms } from "../../packages/platforms/src/index.ts";
import { unprovedClaims } from "../proofs.ts";

const report = (tests: readonly { fullName: string; status: string }[]) =>
  JSON.stringify({ testResults: [{ assertionResults: tests }] });

describe("the claims of platforms", () => {
  it("hold when the tests they name ran and passed", async () => {
    const all = await Promise.all(Object.values(platforms).map((load) => load()));
    const passed = all.flatMap(({ proofs, appProofs = [] }) =>
      [...proofs, ...appProofs].map(({ tests }) => ({ fullName: `${tests} and more`, status: "passed" })),
    );
    expect(await unprovedClaims(report(passed), "tests")).toEqual([]);
    expect(await unprovedClaims(report(passed), "runtimes")).toEqual([]);
    const failed = passed.map((test, index) => (index === 0 ? { ...test, status: "failed" } : test));
    expect(await unprovedClaims(report(failed), "tests")).not.toEqual([]);
  });

  it("of a double are proved among the runtimes where they say so, and there alone", async () => {
    const claim = 'azure-functions, v4, image-conversion: "double" is claimed';
    const of = async (run: "tests" | "runtimes") => (await unprovedClaims(undefined, run, false)).join("\n");
    expect(await of("runtimes")).toContain(claim);
    expect(await of("tests")).not.toContain(claim);
  });

  it("do not hold when nothing ran, or a test was left out", async () => {
    const none = await unprovedClaims(undefined, "runtimes", false);
    expect(none.join("\n")).toContain(
      'aws-lambda, zip, http: "real-runtime" is claimed, but no test begins with',
    );
    const skipped = [{ fullName: "hello per function, inside aws-lambda-ric answers", status: "skipped" }];
    expect((await unprovedClaims(report(skipped), "runtimes")).join("\n")).toContain("skipped");
  });

  it("wait for the app that their tests need, where it was deleted, and hold or not once these are run", async () => {
    expect(await unprovedClaims(report([]), "tests", true)).toEqual([]);
    const failed = [{ fullName: "hello per function, inside aws-lambda-ric answers", status: "failed" }];
    expect((await unprovedClaims(report(failed), "runtimes", true)).join("\n")).toContain("failed");
  });
});
