// AWS Lambda: its event functions, called as the runtime client calls them.
import { adapt } from "@faasade/platforms/aws-lambda";
import type { Answer, CallWay, Column } from "../../column.ts";
import { messageWays, objectWays, scheduleWays } from "./events.ts";
import { httpWays } from "./http.ts";

export const awsLambda: Column = {
  title: "aws-lambda",
  open: async (artefact, { log }) => {
    const handler = adapt(artefact, { log });
    return { deliver: (native) => invoke(handler, native), close: async () => {} };
  },
  http: httpWays,
  object: objectWays,
  message: messageWays,
  schedule: scheduleWays,
  call: [directInvocation()],
};

/** Events and answers go as JSON; a rejection is a function error, and so is an answer that JSON cannot hold. */
export async function invoke(handler: ReturnType<typeof adapt>, native: unknown): Promise<Answer> {
  const context = { awsRequestId: "8476a536", getRemainingTimeInMillis: () => 20_000 };
  try {
    const value = await handler(JSON.parse(JSON.stringify(native)), context);
    return { value: value === undefined ? null : JSON.parse(JSON.stringify(value)) };
  } catch (thrown) {
    return { thrown };
  }
}

function directInvocation(): CallWay {
  return {
    title: "by direct invocation",
    encode: (functionName, input) => ({ faasade: "call", function: functionName, input }),
    decode: (answer) =>
      "value" in answer ? { output: answer.value } : { code: (answer.thrown as Error).name },
  };
}
