// What was given up on a stage, in its dead-letter queues: looked at without being taken, and sent back.
import type { Message } from "@aws-sdk/client-sqs";
import type { StageDeadLetter } from "../stage.ts";
import type { Aws } from "./aws.ts";
import { explained } from "./failure.ts";
import { functionsOf, type OpenStage } from "./open.ts";

/** Looked at for this long, during which nobody else sees them. */
const lookSeconds = 30;
const mostLetters = 1000;

interface Letter {
  readonly queue: string;
  readonly message: Message;
}

export async function deadLettersOf(open: OpenStage): Promise<readonly StageDeadLetter[]> {
  const letters = await read(open);
  await release(open.aws, letters);
  return letters.map((letter) => describe(open, letter)).sort((one, other) => (one.at < other.at ? -1 : 1));
}

/** Sent first, then deleted: killed in between, it is there twice, never lost. */
export async function replayLetters(open: OpenStage, ids: readonly string[]): Promise<number> {
  const letters = await read(open);
  const chosen = letters.filter(({ message }) => ids.includes(message.MessageId ?? ""));
  const { DeleteMessageCommand } = await import("@aws-sdk/client-sqs");
  const client = await open.aws.sqs();
  const gone = new Set<Letter>();
  try {
    for (const letter of chosen) {
      const { queue, message } = letter;
      await explained(`send ${message.MessageId} back`, () => sendBack(open, queue, message));
      const call = new DeleteMessageCommand({ QueueUrl: queue, ReceiptHandle: message.ReceiptHandle });
      await explained(`delete ${message.MessageId}`, () => client.send(call));
      gone.add(letter);
    }
    return gone.size;
  } finally {
    await release(
      open.aws,
      letters.filter((letter) => !gone.has(letter)),
    );
  }
}

async function read({ aws, stack }: OpenStage): Promise<Letter[]> {
  const { ReceiveMessageCommand } = await import("@aws-sdk/client-sqs");
  const client = await aws.sqs();
  const queues = stack.resources.filter(
    ({ type, physicalId }) => type === "AWS::SQS::Queue" && physicalId.endsWith("dead-letters"),
  );
  const letters: Letter[] = [];
  for (const { physicalId: queue } of queues)
    for (;;) {
      const call = new ReceiveMessageCommand({
        QueueUrl: queue,
        MaxNumberOfMessages: 10,
        VisibilityTimeout: lookSeconds,
        MessageAttributeNames: ["All"],
        MessageSystemAttributeNames: ["SentTimestamp"],
      });
      const { Messages = [] } = await explained("read the dead letters", () => client.send(call));
      letters.push(...Messages.map((message) => ({ queue, message })));
      if (Messages.length === 0 || letters.length >= mostLetters) break;
    }
  return letters;
}

async function release(aws: Aws, letters: readonly Letter[]): Promise<void> {
  const { ChangeMessageVisibilityCommand } = await import("@aws-sdk/client-sqs");
  const client = await aws.sqs();
  for (const { queue, message } of letters)
    await client.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: queue,
        ReceiptHandle: message.ReceiptHandle,
        VisibilityTimeout: 0,
      }),
    );
}

/** What Lambda sends its OnFailure destination. https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html */
interface FailureRecord {
  readonly requestContext?: { readonly functionArn?: string; readonly condition?: string };
  readonly requestPayload?: unknown;
  readonly responsePayload?: { readonly errorType?: string; readonly errorMessage?: string };
}

function describe(open: OpenStage, { message }: Letter): StageDeadLetter {
  const { MessageId: id = "", Body: body = "", Attributes, MessageAttributes = {} } = message;
  const { requestContext, requestPayload, responsePayload } = recordOf(body);
  const runner = runnerOf(open, message);
  const [only, another] = functionsOf(open).get(runner ?? "") ?? [];
  const reasons = [
    responsePayload?.errorMessage ?? responsePayload?.errorType,
    MessageAttributes["ERROR_MESSAGE"]?.StringValue,
    requestContext?.condition,
  ];
  return {
    id,
    ...(only === undefined || another !== undefined ? {} : { function: only }),
    at: new Date(Number(Attributes?.SentTimestamp ?? 0)).toISOString(),
    reason: reasons.find((reason) => reason !== undefined) ?? "it was received as often as it may be",
    body: requestPayload === undefined ? body : JSON.stringify(requestPayload),
  };
}

/** To the queue that it came from, or to the function that failed. */
async function sendBack(open: OpenStage, queue: string, message: Message): Promise<void> {
  const { Body = "" } = message;
  const source = queue.replace(/-dead-letters$/, "");
  if (open.stack.resources.some(({ physicalId }) => physicalId === source)) {
    const { SendMessageCommand } = await import("@aws-sdk/client-sqs");
    const { MessageAttributes } = message;
    await (await open.aws.sqs()).send(
      new SendMessageCommand({ QueueUrl: source, MessageBody: Body, MessageAttributes }),
    );
    return;
  }
  const runner = runnerOf(open, message);
  if (runner === undefined) throw new Error("it does not say which function failed");
  const { requestPayload } = recordOf(Body);
  const Payload = Buffer.from(requestPayload === undefined ? Body : JSON.stringify(requestPayload));
  const { InvokeCommand } = await import("@aws-sdk/client-lambda");
  await (await open.aws.lambda()).send(
    new InvokeCommand({ FunctionName: runner, InvocationType: "Event", Payload }),
  );
}

/** The AWS Lambda function, by Lambda's own record or by EventBridge's rule. */
function runnerOf({ stack }: OpenStage, { Body = "", MessageAttributes = {} }: Message): string | undefined {
  const arn = recordOf(Body).requestContext?.functionArn;
  if (arn !== undefined) return arn.split(":")[6];
  const rule = MessageAttributes["RULE_ARN"]?.StringValue?.split("/").at(-1);
  const logicalId = stack.resources.find(
    ({ physicalId }) => rule !== undefined && physicalId.endsWith(rule),
  )?.logicalId;
  const targets = stack.template?.Resources[logicalId ?? ""]?.Properties["Targets"] as
    | { Arn?: { "Fn::GetAtt"?: string[] } }[]
    | undefined;
  const id = targets?.[0]?.Arn?.["Fn::GetAtt"]?.[0];
  return stack.resources.find((one) => one.logicalId === id)?.physicalId;
}

function recordOf(body: string): FailureRecord {
  try {
    const record: unknown = JSON.parse(body);
    return typeof record === "object" && record !== null && "requestContext" in record
      ? (record as FailureRecord)
      : {};
  } catch {
    return {};
  }
}
