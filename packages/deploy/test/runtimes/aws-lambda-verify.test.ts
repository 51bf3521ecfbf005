// verify of the command on the double of AWS: the probe's uploaded code in Lambda's own runtime client, reached by requests,
// objects in moto's buckets, messages in its queues, calls and due times; and what is recorded of it.
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeInside } from "../../../platforms/test/runtimes/installed.ts";
import { type AwsDouble, startAwsDouble } from "./aws-double.ts";
import { command } from "./command.ts";
import { missingOf, sectionsOf } from "./page-lines.ts";
import { PlayedFunctions } from "./played-functions.ts";
import { root } from "./stages.ts";

interface Recorded {
  readonly cells: readonly { readonly trigger: string; readonly holds: number; readonly asked: number }[];
  readonly cases: readonly { readonly kind: string; readonly ok: boolean; readonly native?: object }[];
}

describeInside("verify on AWS", ["python", "npm"], () => {
  let double: AwsDouble;
  let played: PlayedFunctions;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "faasade-verify-"));
    double = await startAwsDouble();
    played = await PlayedFunctions.start(double, {
      stack: "probe-verify",
      routes: {
        ...{ dress: "dress", echo: "echo", "read-json": "read-json", refuse: "refuse", shared: "shared" },
        ...{ show: "show", letters: "send-letter" },
      },
      onObject: { store: "probe-inbox", function: "take-object" },
      onMessage: { queue: "probe-letters", function: "take-letter" },
      onDue: "tick",
    });
  }, 120_000);
  afterAll(async () => {
    await played?.stop();
    await double?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const words = ["verify", "--target", "aws-lambda", "--place", "region=eu-central-1", "--record"];

  it("asks every kind of trigger by its real end, records what came natively, and leaves nothing", async () => {
    const file = join(folder, "aws.json");
    const { code, said } = await command(root, [...words, file], double.environment);
    expect({ code, said }).toMatchObject({ code: 0, said: expect.stringContaining("asked by tag: 0 left") });
    const page = sectionsOf(await readFile(join(root, "docs/deploy-one-app.md"), "utf8"));
    expect(missingOf(page.get("Prove the platform")?.printed[0], said.split("\n"))).toEqual([]);
    const text = await readFile(file, "utf8");
    const recorded = JSON.parse(text) as Recorded;
    expect(recorded).toMatchObject({ platform: "aws-lambda", packaging: "zip", region: "eu-central-1" });
    expect(recorded).toMatchObject({ proof: "double", standIn: expect.stringContaining("overridden") });
    expect(recorded.cells).toMatchObject([
      { trigger: "http" },
      { trigger: "object", driver: "s3", holds: 3, asked: 3 },
      { trigger: "message", driver: "sqs", holds: 3, asked: 3 },
      { trigger: "call", holds: 2, asked: 2 },
      { trigger: "schedule", holds: 1, asked: 1 },
    ]);
    const native = (kind: string) => recorded.cases.find((one) => one.kind === kind)?.native;
    expect(native("http")).toMatchObject({ version: "2.0", rawPath: "/show/a/b" });
    expect(native("object")).toMatchObject({ source: "aws.s3", account: "000000000000" });
    expect(native("message")).toMatchObject({
      Records: expect.arrayContaining([expect.objectContaining({ eventSource: "aws:sqs" })]),
    });
    expect(native("call")).toMatchObject({ faasade: "call", function: "probe/answer" });
    expect(native("schedule")).toMatchObject({ source: "aws.scheduler", detail: { job: "probe/tick" } });
    for (const secret of ["123456789012", "203.0.113.9", "127.0.0.1", "arn:aws:iam::000000000000:user"])
      expect(text).not.toContain(secret);
  }, 600_000);

  it("makes no proof of this checkout out of what a double answered", async () => {
    const { code, said } = await command(root, [...words, "--only", "http"], double.environment);
    expect(said).toContain(
      "Cannot record a proof of aws-lambda in this checkout: the endpoint is overridden",
    );
    expect(said).toContain("asked by tag: 0 left");
    expect({ code, written: existsSync(join(root, "packages/platforms/src/aws-lambda/recorded")) }).toEqual({
      code: 3,
      written: false,
    });
  }, 300_000);
});
