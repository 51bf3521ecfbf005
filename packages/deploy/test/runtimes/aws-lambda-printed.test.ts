// What `deploy --print` and `destroy --print` print for AWS, run as it stands by a shell, with AWS's own command line, against moto.
// Needs apps/image-conversion.
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeInside, installedPath } from "../../../platforms/test/runtimes/installed.ts";
import { target } from "../../src/aws-lambda/target.ts";
import { planDeployment, planDestruction, type Standing } from "../../src/index.ts";
import { type AwsDouble, startAwsDouble } from "./aws-double.ts";
import { shell } from "./shell.ts";
import { StageOf } from "./stage-of.ts";

const deploymentBucket = "faasade-123456789012-eu-central-1";

describeInside("the printed way back from AWS", ["python", "awscli"], () => {
  let double: AwsDouble;
  let stage: StageOf;
  let folder: string;
  beforeAll(async () => {
    double = await startAwsDouble();
    Object.assign(process.env, double.environment);
    stage = await StageOf.of(double, { app: "image-conversion", only: ["serve-rendition", "remove-photo"] });
    folder = await mkdtemp(join(tmpdir(), "faasade-printed-"));
    // Its own script holds the path at which it was made.
    const python = installedPath("awscli", "venv", "bin", "python");
    await writeFile(join(folder, "aws"), `#!/bin/sh\nexec '${python}' -m awscli "$@"\n`);
    await chmod(join(folder, "aws"), 0o755);
  }, 180_000);
  afterAll(async () => {
    await double?.stop();
    await stage?.dispose();
    await rm(folder, { recursive: true, force: true });
  });

  async function deployed(): Promise<void> {
    await stage.run({ what: "deploy" });
    const bucket = "image-conversion-demo-photos-123456789012";
    await double.moto.request("s3", `/${bucket}/a%20cat.jpg`, { method: "PUT", body: "a cat" });
    expect((await stage.look()).resources.length).toBeGreaterThan(5);
  }

  const run = (commands: readonly string[]) =>
    shell(commands, folder, { ...double.environment, AWS_PAGER: "" });

  async function nothingIsLeft(): Promise<void> {
    const { state, resources } = await stage.look();
    expect({ state, left: resources.map(({ id }) => id) }).toEqual({ state: "absent", left: [] });
    expect(await stage.objects(deploymentBucket)).toEqual([]);
  }

  it("follows the printed way there, after which a deployment has nothing to do", async () => {
    const { id, place, build } = stage;
    const { steps } = await planDeployment({ target, id, place, build, values: {} });
    await run(steps.map(({ command }) => command));
    expect(await stage.run({ what: "deploy" })).toContain("unchanged");
    await stage.run({ what: "destroy", deleteData: true });
  }, 300_000);

  it("leaves nothing of a stage that could be asked", async () => {
    await deployed();
    const { id, place } = stage;
    const { steps } = await planDestruction({ target, id, place, deleteData: true });
    await run(steps.map(({ command }) => command));
    await nothingIsLeft();
  }, 300_000);

  it("leaves nothing of one that was not asked, and keeps what holds data unless that goes, too", async () => {
    await deployed();
    const place = { ...stage.place, bucket: deploymentBucket };
    const unknown: Standing = { state: "unknown", resources: [] };
    const printed = async (deleteData: boolean): Promise<string[]> =>
      (await target.destroying(stage.id, unknown, place, { deleteData })).map(({ command }) => command);
    await run(await printed(false));
    expect((await stage.look()).resources.map(({ type }) => type)).toEqual([
      "AWS::S3::Bucket",
      "AWS::S3::Bucket",
    ]);
    await run(await printed(true));
    await nothingIsLeft();
  }, 300_000);
});
