import type { FunctionDescription } from "@faasade/core/adapter";
import { describe, expect, it } from "vitest";
import { ManifestRefusal } from "../../src/shared/refusal.ts";
import { grant } from "../manifest/every-trigger.ts";
import { type Choices, deploymentOf, filesOf } from "./deployments.ts";
import { onMessage, onObject, page, scheduled } from "./functions.ts";

describe("what Google Cloud cannot do", () => {
  it("is refused by function, platform, reason and way out", () => {
    const refusal = refusalOf([onObject], { drivers: { inbox: "s3" } });
    expect(refusal.details).toEqual({
      function: "import-file",
      platform: "Google Cloud",
      reason:
        "nothing here starts it by objects in inbox, whose driver is s3: Eventarc tells of Cloud Storage alone",
      instead: "Deploy it where S3 starts functions, such as aws-lambda or knative",
    });
  });

  it.each<[what: string, functions: readonly FunctionDescription[], choices: Choices, says: RegExp]>([
    ["messages of a table", [onMessage], { drivers: { jobs: "sql" } }, /work .*sql.*a process that stays/],
    ["messages of an unknown driver", [onMessage], { drivers: { jobs: "carrier" } }, /work .*one of: pubsub/],
    [
      "messages that take longer than Pub/Sub waits",
      [{ ...onMessage, timeoutSeconds: 591 }],
      {},
      /work .*591 s.*590 s.*Lower/,
    ],
    [
      "a due time that takes longer than Cloud Scheduler waits",
      [{ ...scheduled, timeoutSeconds: 1791 }],
      {},
      /tick .*1790 s/,
    ],
    [
      "a page that takes longer than Cloud Run waits",
      [{ ...page("slow", "/"), timeoutSeconds: 3600 }],
      {},
      /slow .*3590 s/,
    ],
    [
      "several pages as services of their own",
      [page("a", "/a"), page("b", "/b")],
      { unit: "function" },
      /2 http functions share one origin.*unit app/,
    ],
    [
      "more triggers than a bucket has",
      Array.from({ length: 11 }, (_, one) => ({ ...onObject, name: `import-${one}` })),
      {},
      /11 of its functions.*inbox.*10/,
    ],
    [
      "a schedule whose days must match both",
      [{ ...scheduled, trigger: { ...scheduled.trigger, cron: "0 6 */2 * 1" } as never }],
      {},
      /tick .*Cloud Scheduler/,
    ],
    [
      "data beside the process",
      [{ ...scheduled, grants: [grant("sql", "ledger", "readWrite")] }],
      { drivers: { ledger: "pglite" } },
      /tick .*pglite.*another driver/,
    ],
    [
      "a call of a function that is not there",
      [{ ...scheduled, grants: [grant("function", "resize", "call")] }],
      {},
      /calls resize, which it does not have/,
    ],
    [
      "a packaging it does not know",
      [scheduled],
      { packaging: "zip" },
      /packaging zip.*one of: cloud-run, functions-framework/,
    ],
    ["a stage that is no label", [scheduled], { stage: "Prod" }, /faasade-stage.*"Prod"/],
    [
      "a service's name that does not fit",
      [scheduled],
      { stage: "s".repeat(45) },
      /service would be called .*49 characters/,
    ],
    [
      "a bucket's name that does not fit",
      [onObject],
      { stage: "s".repeat(30) },
      /bucket of inbox would be called .*32 characters/,
    ],
  ])("refuses %s", (_what, functions, choices, says) => {
    expect(refusalOf(functions, choices).message).toMatch(says);
  });

  it("refuses a function that no artefact holds, and a resource without a driver", () => {
    const deployment = deploymentOf("shop", [onObject]);
    expect(() => filesOf({ ...deployment, artefacts: [] })).toThrow(/import-file .*no artefact holds it/);
    expect(() => filesOf({ ...deployment, resources: [] })).toThrow(/object-store inbox/);
  });
});

function refusalOf(functions: readonly FunctionDescription[], choices: Choices = {}): ManifestRefusal {
  try {
    filesOf(deploymentOf("shop", functions, choices));
  } catch (error) {
    expect(error).toBeInstanceOf(ManifestRefusal);
    return error as ManifestRefusal;
  }
  throw new Error("it was not refused");
}
