// Makes a queue of SQS and its dead letters, for those who own where it is: an operator, never a function.
import type { SQSClient } from "@aws-sdk/client-sqs";
import { explainSqs } from "./failure.ts";
import { parseTarget, type SqsTarget } from "./target.ts";

/** Ours is who buries, with the reason; SQS moves only what nobody ever settles. */
const maxReceiveCount = 1000;
/** The longest that SQS keeps a message. */
const keptSeconds = "1209600";

/**
 * Leaves a queue that is there as it is. `mails` gets its dead letters in `mails_dead`.
 * @throws {FunctionError} `unavailable`, also for what the role may not do.
 */
export function makeQueue(url: string): Promise<void> {
  return ask(url, async ({ sdk, client, target: { name, isFifo } }) => {
    const make = async (QueueName: string, attributes: Record<string, string>): Promise<string> => {
      const fifo: Record<string, string> = isFifo ? { FifoQueue: "true" } : {};
      const Attributes = { MessageRetentionPeriod: keptSeconds, ...fifo, ...attributes };
      const { QueueUrl } = await client.send(new sdk.CreateQueueCommand({ QueueName, Attributes }));
      const command = new sdk.GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn"] });
      return (await client.send(command)).Attributes?.["QueueArn"] ?? "";
    };
    if (await isThere(sdk, client, name)) return;
    const deadLetterTargetArn = await make(name.replace(/(\.fifo)?$/, "_dead$1"), {});
    await make(name, { RedrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount }) });
  });
}

/** @throws {FunctionError} `unavailable` when SQS cannot be asked. */
export function hasQueue(url: string): Promise<boolean> {
  return ask(url, ({ sdk, client, target: { name } }) => isThere(sdk, client, name));
}

type Sdk = typeof import("@aws-sdk/client-sqs");

interface Asking {
  readonly sdk: Sdk;
  readonly client: SQSClient;
  readonly target: SqsTarget;
}

async function ask<Answer>(url: string, work: (asking: Asking) => Promise<Answer>): Promise<Answer> {
  const target = parseTarget(url);
  const sdk = await import("@aws-sdk/client-sqs");
  const { region, endpoint } = target;
  const client = new sdk.SQSClient({
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(region === undefined ? {} : { region }),
  });
  try {
    return await work({ sdk, client, target });
  } catch (error) {
    throw explainSqs(error, target, "sqs:CreateQueue, sqs:GetQueueUrl and sqs:GetQueueAttributes");
  } finally {
    client.destroy();
  }
}

async function isThere(sdk: Sdk, client: SQSClient, QueueName: string): Promise<boolean> {
  try {
    await client.send(new sdk.GetQueueUrlCommand({ QueueName }));
    return true;
  } catch (error) {
    if (error instanceof sdk.QueueDoesNotExist) return false;
    throw error;
  }
}
