// Whether AWS itself is asked: where the SDK would send calls, with all that environment and profile say, and the app's URL.
import { type Witness, whoAnswers } from "../shared/witness.ts";
import type { Place } from "../target.ts";
import { withAws } from "./aws.ts";

const ownHost = /\.(amazonaws\.com(\.cn)?|api\.aws|on\.aws)$/;

export async function witness(place: Place, url: string): Promise<Witness> {
  const asked = await withAws(place, async (aws) => {
    const { ListStacksCommand } = await import("@aws-sdk/client-cloudformation");
    const { ListFunctionsCommand } = await import("@aws-sdk/client-lambda");
    const { ListBucketsCommand } = await import("@aws-sdk/client-s3");
    const { ListQueuesCommand } = await import("@aws-sdk/client-sqs");
    const { DescribeLogGroupsCommand } = await import("@aws-sdk/client-cloudwatch-logs");
    const [stacks, functions] = [await aws.cloudFormation(), await aws.lambda()];
    const [buckets, queues, logs] = [await aws.s3(), await aws.sqs(), await aws.logs()];
    return [
      ["CloudFormation", await hostOf(stacks, () => stacks.send(new ListStacksCommand({})))],
      ["Lambda", await hostOf(functions, () => functions.send(new ListFunctionsCommand({})))],
      ["S3", await hostOf(buckets, () => buckets.send(new ListBucketsCommand({})))],
      ["SQS", await hostOf(queues, () => queues.send(new ListQueuesCommand({})))],
      ["CloudWatch Logs", await hostOf(logs, () => logs.send(new DescribeLogGroupsCommand({})))],
    ] as const;
  });
  const elsewhere = asked.find(([, host]) => !ownHost.test(host));
  if (elsewhere !== undefined)
    return {
      proof: "double",
      why: `the endpoint is overridden: ${elsewhere[0]} is asked at ${elsewhere[1]}`,
    };
  return whoAnswers(url, ownHost, "AWS");
}

/** Nothing is sent: what would send the request looks at it. */
async function hostOf(
  { config }: { readonly config: { requestHandler: unknown } },
  send: () => Promise<unknown>,
): Promise<string> {
  let host = "";
  const handle = async ({ hostname }: { readonly hostname: string }): Promise<never> => {
    host = hostname;
    throw new Error("looked at");
  };
  config.requestHandler = { metadata: { handlerProtocol: "http/1.1" }, handle, destroy: () => {} };
  await send().catch((error: unknown) => {
    if (host === "") throw error;
  });
  return host;
}
