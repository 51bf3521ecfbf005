// A queue of moto's, polled as Lambda's event source mapping does; moto itself counts, and moves what came too often.
import { setTimeout as pause } from "node:timers/promises";
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import type { LambdaReply } from "../../../platforms/test/runtimes/aws-lambda.ts";

export interface Polled {
  readonly sqs: SQSClient;
  readonly url: string;
  readonly region: string;
  readonly invoke: (event: unknown) => Promise<LambdaReply>;
  readonly signal: AbortSignal;
}

/** Until `signal`; a queue that is not there yet is waited for. */
export async function pollQueue(polled: Polled): Promise<void> {
  const { sqs, url: QueueUrl, signal } = polled;
  while (!signal.aborted) {
    const call = new ReceiveMessageCommand({
      ...{ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 60 },
      ...{ MessageAttributeNames: ["All"], MessageSystemAttributeNames: ["All"] },
    });
    const { Messages = [] } = await sqs.send(call).catch(() => ({ Messages: [] as Message[] }));
    if (Messages.length === 0) await pause(200);
    else await handOver(polled, Messages);
  }
}

async function handOver({ sqs, url: QueueUrl, region, invoke }: Polled, messages: readonly Message[]) {
  const eventSourceARN = `arn:aws:sqs:${region}:${QueueUrl.split("/").slice(-2).join(":")}`;
  const Records = messages.map((message) => ({
    ...{ messageId: message.MessageId, receiptHandle: message.ReceiptHandle, body: message.Body },
    ...{ attributes: message.Attributes, md5OfBody: message.MD5OfBody },
    messageAttributes: Object.fromEntries(
      Object.entries(message.MessageAttributes ?? {}).map(([key, { StringValue, DataType }]) => [
        key,
        { stringValue: StringValue, dataType: DataType },
      ]),
    ),
    ...{ eventSource: "aws:sqs", eventSourceARN, awsRegion: region },
  }));
  const { status, payload } = await invoke({ Records });
  const { batchItemFailures = [] } = (status === "succeeded" ? JSON.parse(String(payload)) : {}) as {
    batchItemFailures?: readonly { itemIdentifier: string }[];
  };
  const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
  for (const { MessageId = "", ReceiptHandle } of messages) {
    const isDone = status === "succeeded" && !failed.has(MessageId);
    const call = { QueueUrl, ReceiptHandle };
    if (isDone) await sqs.send(new DeleteMessageCommand(call));
    else await sqs.send(new ChangeMessageVisibilityCommand({ ...call, VisibilityTimeout: 0 }));
  }
}
