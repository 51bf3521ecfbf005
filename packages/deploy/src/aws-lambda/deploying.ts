// The steps of a deployment: code and template into the bucket, a change set, its execution.
import { join } from "node:path";
import { quoted } from "../shared/tool.ts";
import type { Step, Wanted } from "../target.ts";
import type { Account, Aws } from "./aws.ts";
import { changeSetSteps } from "./change-set.ts";
import { stackStep } from "./destroying.ts";
import type { ChosenParameter } from "./parameters.ts";
import { readyStep } from "./ready.ts";
import { isMadeAnew } from "./stack.ts";
import type { AwsStanding } from "./standing.ts";
import type { Packaged, Upload } from "./template.ts";
import { ensureBucket, uploadOnce } from "./upload.ts";

export interface Deploying {
  readonly aws: Aws;
  readonly account: Account;
  readonly wanted: Wanted;
  readonly packaged: Packaged;
  readonly parameters: readonly ChosenParameter[];
  readonly standing: AwsStanding;
  readonly stackName: string;
}

export function deployingSteps(deploying: Deploying): Step[] {
  const { packaged, standing, stackName } = deploying;
  const isOwn = standing.stack === undefined || standing.stack.stack.StackName === stackName;
  const isSettled = ["ready", "absent", "unknown"].includes(standing.state) || !isOwn;
  return [
    bucketStep(deploying),
    ...packaged.uploads.map((upload) => uploadStep(deploying, upload, upload.path)),
    uploadStep(deploying, packaged.file, "template"),
    ...formerStacks(deploying).map((name) => stackStep(deploying.aws, deploying.account, name)),
    ...(isSettled ? [] : [readyStep(deploying)]),
    ...changeSetSteps(deploying),
  ];
}

/** Of the other packaging, those that never stood: what stands there is refused before. */
function formerStacks({ standing: { stack, others = [] }, stackName }: Deploying): string[] {
  return [stack?.stack, ...others].flatMap((one) =>
    one?.StackName !== undefined && one.StackName !== stackName && isMadeAnew(one.StackStatus)
      ? [one.StackName]
      : [],
  );
}

function bucketStep({ aws, account: { bucket, region, suffix } }: Deploying): Step {
  // Only the oldest region must not be named.
  const where = region === "us-east-1" ? "" : ` --create-bucket-configuration LocationConstraint=${region}`;
  return {
    name: "deployment-bucket",
    command: `aws s3api head-bucket --bucket ${bucket}${suffix} || aws s3api create-bucket --bucket ${bucket}${where}${suffix}`,
    run: () => ensureBucket(aws),
  };
}

function uploadStep(
  { aws, wanted, account: { bucket, suffix } }: Deploying,
  { path, key }: Upload,
  name: string,
): Step {
  const file = join(wanted.build.folder, path);
  return {
    name: `upload-${name}`,
    command: `aws s3 cp ${quoted(file)} s3://${bucket}/${key}${suffix}`,
    run: () => uploadOnce(aws, file, bucket, key),
  };
}
