// AWS Lambda as AWS's own Runtime Interface Emulator runs it: the judge of what our Runtime API does.

import type { LambdaError } from "../../src/aws-lambda/here/runtime-api.ts";
import { type LambdaOptions, type LambdaReply, lambdaEnvironment, runtimeClient } from "./aws-lambda.ts";
import { installedPath } from "./installed.ts";
import { type Exit, freePort, startProgram, until } from "./program.ts";

export interface LambdaEmulator {
  /** One at a time. The emulator knows no streams, and answers an error as it answers a result. */
  invoke(event: unknown): Promise<Omit<LambdaReply, "prelude" | "headers">>;
  logs(): string;
  stop(signal?: NodeJS.Signals): Promise<Exit>;
}

export async function startLambdaEmulator(options: LambdaOptions): Promise<LambdaEmulator> {
  const [address, runtimeApi] = [`127.0.0.1:${await freePort()}`, `127.0.0.1:${await freePort()}`];
  const addresses = ["--runtime-interface-emulator-address", address, "--runtime-api-address", runtimeApi];
  const runtime = [process.execPath, runtimeClient(), options.handler];
  const emulator = startProgram(installedPath("python", "aws-lambda-rie"), [...addresses, ...runtime], {
    cwd: options.folder,
    environment: {
      ...lambdaEnvironment(options),
      AWS_LAMBDA_FUNCTION_TIMEOUT: String(options.timeoutSeconds ?? 3),
    },
  });
  await until(async () => (await isAnswered(`http://${address}/`)) || undefined);

  return {
    async invoke(event) {
      const response = await fetch(`http://${address}/2015-03-31/functions/function/invocations`, {
        method: "POST",
        body: JSON.stringify(event),
      });
      const payload = Buffer.from(await response.arrayBuffer());
      return { payload, ...meaningOf(response.status, String(payload)) };
    },
    logs: emulator.output,
    stop: emulator.stop,
  };
}

/** It always says 200 but for an exit, so that only the text tells. */
function meaningOf(status: number, text: string): { status: LambdaReply["status"]; error?: LambdaError } {
  if (text.includes("Task timed out")) {
    return { status: "timed-out", error: { errorType: "Sandbox.Timedout", errorMessage: text } };
  }
  const error = errorIn(text);
  if (error === undefined) return { status: status === 200 ? "succeeded" : "exited" };
  return { status: error.errorType === "Runtime.ExitError" ? "exited" : "failed", error };
}

function errorIn(text: string): LambdaError | undefined {
  try {
    const value = JSON.parse(text) as LambdaError | null;
    return typeof value?.errorType === "string" ? value : undefined;
  } catch {
    return undefined;
  }
}

async function isAnswered(url: string): Promise<boolean> {
  try {
    await (await fetch(url)).arrayBuffer();
    return true;
  } catch {
    return false;
  }
}
