// Starts a function of a stage by hand, in the words of what starts it otherwise.
import { randomUUID } from "node:crypto";
import { Refusal } from "@faasade/platforms/shared/refusal";
import type { StageReply } from "../stage.ts";
import { explained } from "./failure.ts";
import { functionsOf, type OpenStage, runnerOf } from "./open.ts";

export async function invokeFunction(open: OpenStage, name: string, data: unknown): Promise<StageReply> {
  const { aws, ledger } = open;
  const runner = runnerOf(open, name);
  if (runner === undefined) {
    const names = [...functionsOf(open).values()].flat().sort().join(", ");
    throw new Refusal(
      `Cannot invoke ${name} of ${ledger.app}: it has no such function. There are: ${names}.`,
    );
  }
  const payload = payloadOf(open, name, data);
  const { InvokeCommand } = await import("@aws-sdk/client-lambda");
  const client = await aws.lambda();
  const call = new InvokeCommand({ FunctionName: runner, Payload: Buffer.from(JSON.stringify(payload)) });
  const begun = performance.now();
  const { FunctionError, Payload } = await explained(`invoke ${name}`, () => client.send(call));
  const milliseconds = Math.round(performance.now() - begun);
  const reply: unknown =
    Payload === undefined || Payload.length === 0 ? undefined : JSON.parse(Buffer.from(Payload).toString());
  if (FunctionError === undefined) return { ok: true, reply, milliseconds };
  const { errorType: code = FunctionError, errorMessage: message = "it gave no reason" } = (reply ?? {}) as {
    errorType?: string;
    errorMessage?: string;
  };
  return { ok: false, error: { code, message }, milliseconds };
}

function payloadOf({ ledger: { app }, stack }: OpenStage, name: string, data: unknown): object {
  const { kind, source } = (stack.template?.Metadata.Faasade.Triggers?.[name] ?? {}) as {
    kind?: string;
    source?: string;
  };
  const refuse = (why: string, instead: string): Refusal =>
    new Refusal(`Cannot invoke ${name} of ${app} on AWS: ${why}. ${instead}.`);
  switch (kind) {
    case "call":
      return { faasade: "call", function: `${app}/${name}`, input: data, id: randomUUID() };
    case "schedule": {
      const { due } = (data ?? {}) as { due?: string };
      const time = due ?? new Date().toISOString();
      const detail = { job: `${app}/${name}`, attempt: "1" };
      return { source: "aws.scheduler", "detail-type": "Scheduled Event", id: randomUUID(), time, detail };
    }
    case "http":
      throw refuse("requests start it", "Send one to the app's URL");
    case "object":
      throw refuse(
        "objects start it",
        "Put one: npm run faasade -- objects put <store> <file> --stage <stage>",
      );
    default:
      throw refuse(
        `messages of ${source ?? "a queue"} start it`,
        "Send one there: aws sqs send-message, or aws sns publish",
      );
  }
}
