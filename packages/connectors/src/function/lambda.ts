// Calls by AWS Lambda's Invoke: a function's ARN, or `lambda://name?region=…`.
import type { LambdaClient } from "@aws-sdk/client-lambda";
import { FunctionError } from "@faasade/core";
import type { CallDriver } from "@faasade/core/adapter";
import { calleeFailure, unreachable } from "./failure.ts";

interface Target {
  readonly functionName: string;
  readonly region: string | undefined;
  readonly endpoint: string | undefined;
}

interface Connection {
  readonly sdk: typeof import("@aws-sdk/client-lambda");
  readonly client: LambdaClient;
}

/** Loads no SDK and asks nobody: that happens on first use. @throws {TypeError} for a URL it does not understand. */
export function open(url: string): CallDriver {
  const target = parseTarget(url);
  let connection: Promise<Connection> | undefined;
  return {
    async call(name, input, { traceparent, signal }) {
      try {
        connection ??= connect(target);
        const { sdk, client } = await connection;
        const command = new sdk.InvokeCommand({
          FunctionName: target.functionName,
          Payload: Buffer.from(
            JSON.stringify({ faasade: "call", function: name, input: input ?? null, traceparent }),
          ),
        });
        const { FunctionError: failed, Payload } = await client.send(command, { abortSignal: signal });
        const value: unknown = JSON.parse(Payload?.transformToString() || "null");
        if (failed === undefined) return value ?? undefined;
        const { errorType, errorMessage } = value as {
          readonly errorType?: string;
          readonly errorMessage?: string;
        };
        throw calleeFailure(name, errorType, errorMessage);
      } catch (error) {
        throw explain(name, error, signal);
      }
    },
  };
}

export function parseTarget(text: string): Target {
  const arn = /^arn:[^:]*:lambda:([^:]+):\d+:function:[\w-]+(:[\w$-]+)?$/.exec(text);
  if (arn !== null) return { functionName: text, region: arn[1], endpoint: undefined };
  const { protocol, host, pathname, searchParams, username, password } = new URL(text);
  if (protocol !== "lambda:")
    throw new TypeError(`the lambda driver opens ARNs and lambda: URLs, not ${protocol}`);
  if (username !== "" || password !== "")
    throw new TypeError("a URL carries no credentials: the platform's identity or AWS_* variables give them");
  if (!/^[\w-]{1,64}$/.test(host) || (pathname !== "" && pathname !== "/"))
    throw new TypeError("the URL names no function as lambda://name");
  const unknown = [...searchParams.keys()].find((name) => name !== "region" && name !== "endpoint");
  if (unknown !== undefined)
    throw new TypeError(`the lambda driver knows no parameter ${unknown}; it knows region, endpoint`);
  const said = (name: string): string | undefined => searchParams.get(name) ?? undefined;
  return { functionName: host, region: said("region"), endpoint: said("endpoint") };
}

async function connect({ region, endpoint }: Target): Promise<Connection> {
  const sdk = await import("@aws-sdk/client-lambda");
  const client = new sdk.LambdaClient({
    ...(region === undefined ? {} : { region }),
    ...(endpoint === undefined ? {} : { endpoint }),
    // What ran may have had effects, so that it is not for us to run it again.
    maxAttempts: 1,
  });
  return { sdk, client };
}

function explain(name: string, thrown: unknown, signal: AbortSignal): FunctionError {
  const { name: reason = "" } = thrown as Error;
  if (signal.aborted || thrown instanceof FunctionError) return unreachable(name, thrown, signal);
  if (reason === "ResourceNotFoundException")
    return unreachable(name, new Error("there is no such function. Deploy it, or change the URL."), signal);
  if (/AccessDenied/.test(reason))
    return unreachable(name, new Error("access was refused. Its role needs lambda:InvokeFunction."), signal);
  return unreachable(name, thrown, signal);
}
