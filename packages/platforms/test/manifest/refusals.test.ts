import { describe, expect, it } from "vitest";
import { platform } from "../../src/aws-lambda/platform.ts";
import type { Deployment } from "../../src/shared/platform.ts";
import { ManifestRefusal } from "../../src/shared/refusal.ts";
import { type Choices, deploymentOf } from "./apps.ts";
import { describe as fn, grant, route } from "./every-trigger.ts";

const tick = fn({
  name: "tick",
  trigger: { kind: "schedule", cron: "* * * * *", timeZone: "UTC", misfire: "once" },
});
const onObject = fn({
  name: "import-file",
  trigger: { kind: "object", store: "inbox", change: "created" },
  grants: [grant("object-store", "inbox", "trigger")],
});
const onMessage = fn({
  name: "work",
  trigger: { kind: "message", source: "jobs", sourceKind: "queue", format: "raw" },
  grants: [grant("queue", "jobs", "trigger")],
});

describe("what AWS Lambda cannot do", () => {
  it("is refused by function, platform, reason and way out", () => {
    const refusal = refusalOf(deploymentOf("shop", [{ ...tick, timeoutSeconds: 901 }]));
    expect(refusal.details).toEqual({
      function: "tick",
      platform: "AWS Lambda",
      reason: "it may take 901 s, and AWS Lambda stops it after 900 s",
      instead: expect.stringContaining("Lower timeoutSeconds"),
    });
    expect(refusal.message).toMatch(/^Cannot deploy tick to AWS Lambda: it may take .*\. Lower .*\.$/);
  });

  it.each<[what: string, functions: Deployment["functions"], choices: Choices, says: RegExp]>([
    ["objects of another driver", [onObject], { drivers: { inbox: "gcs" } }, /import-file .*gcs.*one of: s3/],
    [
      "objects of a local folder",
      [onObject],
      { drivers: { inbox: "file" } },
      /import-file .*file.*one of: s3/,
    ],
    [
      "messages of a queue in sql",
      [onMessage],
      { drivers: { jobs: "sql" } },
      /work .*sql.*kubernetes or knative/,
    ],
    [
      "messages of an unknown driver",
      [onMessage],
      { drivers: { jobs: "carrier" } },
      /work .*carrier.*one of: /,
    ],
    [
      "two functions on one queue",
      [onMessage, { ...onMessage, name: "work-too" }],
      {},
      /work-too .*as work does.*Give each a queue/,
    ],
    [
      "batches beyond what SQS gives",
      [
        {
          ...onMessage,
          trigger: { ...onMessage.trigger, batch: { size: 10_001, windowSeconds: 1 } },
        } as typeof onMessage,
      ],
      {},
      /work .*batches of 10001.*Lower batch\.size/,
    ],
    [
      "a schedule whose days must match both",
      [fn({ ...tick, trigger: { kind: "schedule", cron: "0 6 */2 * 1", timeZone: "UTC", misfire: "once" } })],
      {},
      /tick to AWS Lambda: .*EventBridge Scheduler/,
    ],
    [
      "data beside the process",
      [fn({ ...tick, grants: [grant("sql", "ledger", "readWrite")] })],
      { drivers: { ledger: "pglite" } },
      /tick .*sql ledger.*pglite.*another driver/,
    ],
    [
      "a call of a function that is not there",
      [fn({ ...tick, grants: [grant("function", "resize", "call")] })],
      {},
      /calls resize, which it does not have/,
    ],
    ["a packaging it does not know", [tick], { packaging: "jar" }, /packaging jar.*one of: zip, image, web/],
    ["a stage that is no label", [tick], { stage: "Prod" }, /faasade-stage.*"Prod"/],
    ["a stage that is too long", [tick], { stage: "s".repeat(60) }, /faasade-deployment.*63 characters/],
    [
      "a bucket's name that does not fit with the account's number",
      [onObject],
      { stage: "s".repeat(40) },
      /bucket of inbox would be called .*50 characters.*shorter name for the stage/,
    ],
    [
      "a function's name that does not fit",
      [{ ...tick, name: "t".repeat(60) }],
      {},
      /function of t+ would be called .*64 characters/,
    ],
    [
      "two names that are one to CloudFormation",
      [tick, { ...tick, name: "a-1" }, { ...tick, name: "a1" }],
      {},
      /two different things would be called A1Function/,
    ],
    [
      "more routes than an HTTP API holds",
      [
        fn({
          name: "many",
          trigger: { kind: "http", routes: Array.from({ length: 101 }, (_, one) => route("GET", `/${one}`)) },
        }),
      ],
      {},
      /303 routes.*300/,
    ],
  ])("refuses %s", (_what, functions, choices, says) => {
    expect(refusalOf(deploymentOf("shop", functions, choices)).message).toMatch(says);
  });

  it("refuses a template that CloudFormation would not take", () => {
    const many = Array.from({ length: 101 }, (_, one) => ({ ...tick, name: `tick-${one}` }));
    expect(refusalOf(deploymentOf("shop", many)).message).toMatch(
      /\d{3} resources, and 400 is the most.*one unit/,
    );
    expect(() => platform.manifest(deploymentOf("shop", many, { unit: "app" }))).not.toThrow();
  });

  it("refuses a secret of a driver that finds nothing there", () => {
    const reader = { ...tick, grants: [grant("secret", "API_KEY", "read")] };
    const deployment = deploymentOf("shop", [reader], { drivers: { API_KEY: "file" } });
    expect(refusalOf(deployment).message).toMatch(/API_KEY.*file driver.*env/);
  });

  it("refuses a function that no artefact holds", () => {
    const deployment = { ...deploymentOf("shop", [tick]), artefacts: [] };
    expect(refusalOf(deployment).message).toMatch(/tick .*no artefact holds it.*Build the app/);
  });

  it("refuses a resource without a driver", () => {
    const deployment = { ...deploymentOf("shop", [onObject]), resources: [] };
    expect(refusalOf(deployment).message).toMatch(/object-store inbox/);
  });
});

function refusalOf(deployment: Deployment): ManifestRefusal {
  try {
    platform.manifest(deployment);
  } catch (error) {
    expect(error).toBeInstanceOf(ManifestRefusal);
    return error as ManifestRefusal;
  }
  throw new Error("it was not refused");
}
