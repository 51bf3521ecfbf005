// The AWS SDK, loaded on first use and kept, and the URLs of the queue and of its dead letters.
import type { SQSClient } from "@aws-sdk/client-sqs";
import { parseTarget, type SqsTarget } from "./target.ts";

export interface SqsConnection {
  readonly sdk: typeof import("@aws-sdk/client-sqs");
  readonly client: SQSClient;
  /** Of the queue. */
  readonly url: string;
  /** When SQS itself moves a message to the dead letters, and where these are; asked for when it is wanted. */
  redrive(): Promise<Redrive | undefined>;
}

export interface Redrive {
  /** Of the dead letter queue. */
  readonly url: string;
  readonly maxReceiveCount: number;
}

export async function connectSqs(target: SqsTarget): Promise<SqsConnection> {
  const sdk = await import("@aws-sdk/client-sqs");
  const { region, endpoint } = target;
  const client = new sdk.SQSClient({
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(region === undefined ? {} : { region }),
  });
  const find = async ({ name, account }: Pick<SqsTarget, "name" | "account">): Promise<string> => {
    const owner = account === undefined ? {} : { QueueOwnerAWSAccountId: account };
    const { QueueUrl } = await client.send(new sdk.GetQueueUrlCommand({ QueueName: name, ...owner }));
    if (QueueUrl === undefined) throw new Error(`SQS tells no URL of ${name}`);
    return QueueUrl;
  };
  const url = target.url ?? (await find(target));
  let asked: Promise<Redrive | undefined> | undefined;
  const ask = async (): Promise<Redrive | undefined> => {
    const command = new sdk.GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ["RedrivePolicy"] });
    const { Attributes } = await client.send(command);
    const policy = JSON.parse(Attributes?.["RedrivePolicy"] ?? "{}") as Record<string, unknown>;
    const { deadLetterTargetArn, maxReceiveCount } = policy;
    if (typeof deadLetterTargetArn !== "string") return undefined;
    return { url: await find(parseTarget(deadLetterTargetArn)), maxReceiveCount: Number(maxReceiveCount) };
  };
  return {
    sdk,
    client,
    url,
    redrive() {
      asked ??= ask().catch((error: unknown) => {
        asked = undefined;
        throw error;
      });
      return asked;
    },
  };
}
