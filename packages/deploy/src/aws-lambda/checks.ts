// What deploying to AWS needs: credentials, a region, a bucket, and tools for what the SDK does not do.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Place, TargetCheck } from "../target.ts";
import { type Account, type Aws, withAws } from "./aws.ts";
import { hasBucket } from "./upload.ts";

export function checks(place: Place): Promise<readonly TargetCheck[]> {
  return withAws(place, async (aws) => {
    const account = await aws.account().catch((error: Error) => error);
    const tools = await Promise.all([
      checkTool("AWS CLI", "aws", "the commands of plan and --print cannot be typed"),
      checkTool("skopeo", "skopeo", "images (--packaging image) cannot be pushed"),
    ]);
    if (account instanceof Error) {
      const [detail = "", ...rest] = account.message.split(/(?<=\))\. /);
      const fix = rest.join(". ");
      return [{ name: "Credentials and region", state: "wrong", detail, ...(fix ? { fix } : {}) }, ...tools];
    }
    return [
      { name: "Credentials", state: "ok", detail: account.caller },
      { name: "Region", state: "ok", detail: account.region },
      await checkBucket(aws, account),
      ...tools,
    ];
  });
}

async function checkBucket(aws: Aws, { bucket }: Account): Promise<TargetCheck> {
  const name = "Deployment bucket";
  try {
    const isThere = await hasBucket(aws);
    return { name, state: "ok", detail: isThere ? bucket : `${bucket}, made by the first deployment` };
  } catch (error) {
    const [detail = "", fix] = (error as Error).message.split(/(?<=\))\. /);
    return { name, state: "wrong", detail, ...(fix === undefined ? {} : { fix }) };
  }
}

async function checkTool(name: string, command: string, without: string): Promise<TargetCheck> {
  try {
    const { stdout, stderr } = await promisify(execFile)(command, ["--version"]);
    return { name, state: "ok", detail: (stdout || stderr).trim().split("\n", 1)[0] ?? "" };
  } catch {
    return { name, state: "missing", detail: `optional; without it ${without}` };
  }
}
