// AWS Lambda with its real runtime client, aws-lambda-ric, and a Runtime API of ours that sees all it says.
import { randomBytes, randomUUID } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import {
  type LambdaError,
  type Readiness,
  type RuntimeApi,
  startRuntimeApi,
} from "../../src/aws-lambda/here/runtime-api.ts";
import { installedPath } from "./installed.ts";
import { type Exit, type Program, startProgram } from "./program.ts";

export interface LambdaOptions {
  /** What is in the zip. */
  readonly folder: string;
  /** As in the console: `index.handler`. */
  readonly handler: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Default 3, as on AWS. */
  readonly timeoutSeconds?: number;
}

export interface LambdaReply {
  readonly status: "succeeded" | "failed" | "exited" | "timed-out";
  /** The bytes of the response; of a stream with an HTTP prelude, those after the prelude. */
  readonly payload: Buffer;
  /** Status, headers and cookies of a streamed HTTP response. */
  readonly prelude?: HttpPrelude;
  /** What the runtime sent along. */
  readonly headers: IncomingHttpHeaders;
  readonly error?: LambdaError;
}

export interface HttpPrelude {
  readonly statusCode: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly cookies?: readonly string[];
}

export interface Lambda {
  /** One at a time, as in one environment of Lambda; an environment that ended is started anew. */
  invoke(
    event: unknown,
    options?: { readonly requestId?: string; readonly traceId?: string },
  ): Promise<LambdaReply>;
  logs(): string;
  /** How many processes were started so far. */
  starts(): number;
  /** Lambda ends an environment with SIGTERM and, 2 s later, SIGKILL. */
  stop(signal?: NodeJS.Signals): Promise<Exit>;
}

type Ended = { readonly exit: Exit };

const functionName = "function-under-test";

/** The environment is started with the first event, so that what hinders it is that event's error. */
export async function startLambda(options: LambdaOptions): Promise<Lambda> {
  const { timeoutSeconds = 3 } = options;
  const api = await startRuntimeApi();
  const runtimes: Program[] = [];
  let alive: Program | undefined;
  let turn: Promise<unknown> = Promise.resolve();

  return {
    invoke(event, ids = {}) {
      const reply = turn.then(() => invokeNow(event, ids));
      turn = reply.catch(() => {});
      return reply;
    },
    logs: () => runtimes.map((runtime) => runtime.output()).join(""),
    starts: () => runtimes.length,
    async stop(signal = "SIGTERM") {
      const exit = (await alive?.stop(signal, 2_000)) ?? { code: null, signal: null };
      await api.close();
      return exit;
    },
  };

  async function invokeNow(
    event: unknown,
    ids: { requestId?: string; traceId?: string },
  ): Promise<LambdaReply> {
    const { runtime, readiness } = await readyRuntime();
    if ("exit" in readiness) return exited(readiness);
    if ("initError" in readiness) {
      await runtime.exited;
      return { ...nothing, status: "failed", error: readiness.initError };
    }
    const requestId = ids.requestId ?? randomUUID();
    const deadlineMilliseconds = Date.now() + timeoutSeconds * 1000;
    const traceId = ids.traceId ?? newTraceId();
    const replied = readiness.send({ event, requestId, traceId, functionArn, deadlineMilliseconds });
    const { promise: timedOut, resolve: timeOut } = Promise.withResolvers<"timed-out">();
    const timer = setTimeout(timeOut, timeoutSeconds * 1000, "timed-out" as const);
    const outcome = await Promise.race([replied, endOf(runtime), timedOut]);
    clearTimeout(timer);
    if (outcome === "timed-out") {
      await runtime.stop("SIGKILL");
      const errorMessage = `${requestId} Task timed out after ${timeoutSeconds.toFixed(2)} seconds`;
      return { ...nothing, status: "timed-out", error: { errorType: "Sandbox.Timedout", errorMessage } };
    }
    if ("exit" in outcome) return exited(outcome);
    return { status: outcome.error ? "failed" : "succeeded", ...withoutPrelude(outcome) };
  }

  /** An environment may end between two events: then the event is the next one's. */
  async function readyRuntime(): Promise<{ runtime: Program; readiness: Readiness | Ended }> {
    if (alive !== undefined) {
      const readiness = await Promise.race([api.ready(), endOf(alive)]);
      if (!("exit" in readiness)) return { runtime: alive, readiness };
    }
    api.reset();
    const runtime = startRuntime(options, api);
    runtimes.push(runtime);
    alive = runtime;
    void runtime.exited.then(() => {
      if (alive === runtime) alive = undefined;
    });
    return { runtime, readiness: await Promise.race([api.ready(), endOf(runtime)]) };
  }
}

/** What Lambda sets for a function on the current Node.js runtime, with keys that open nothing. */
export function lambdaEnvironment({ folder, handler, environment }: LambdaOptions): Record<string, string> {
  return {
    _HANDLER: handler,
    AWS_ACCESS_KEY_ID: "none",
    AWS_DEFAULT_REGION: region,
    AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "512",
    AWS_LAMBDA_FUNCTION_NAME: functionName,
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${functionName}`,
    AWS_LAMBDA_LOG_STREAM_NAME: "2026/01/01/[$LATEST]0",
    AWS_REGION: region,
    AWS_SECRET_ACCESS_KEY: "none",
    LAMBDA_TASK_ROOT: folder,
    TZ: ":UTC",
    ...environment,
  };
}

export function runtimeClient(): string {
  return installedPath("npm", "node_modules", "aws-lambda-ric", "index.mjs");
}

const region = "eu-central-1";
const functionArn = `arn:aws:lambda:${region}:000000000000:function:${functionName}`;
const nothing = { payload: Buffer.alloc(0), headers: {} };

function startRuntime(options: LambdaOptions, api: RuntimeApi): Program {
  return startProgram(process.execPath, [runtimeClient(), options.handler], {
    cwd: options.folder,
    environment: { ...lambdaEnvironment(options), AWS_LAMBDA_RUNTIME_API: api.address },
  });
}

async function endOf(runtime: Program): Promise<Ended> {
  return { exit: await runtime.exited };
}

function exited({ exit }: Ended): LambdaReply {
  const how = exit.signal ? `signal: ${exit.signal}` : `exit status ${exit.code}`;
  const error = { errorType: "Runtime.ExitError", errorMessage: `Runtime exited with error: ${how}` };
  return { ...nothing, status: "exited", error };
}

/** An HTTP response's stream begins with its head as JSON, and eight NUL bytes. */
function withoutPrelude<Reply extends Pick<LambdaReply, "payload" | "headers">>(reply: Reply) {
  const { payload, headers } = reply;
  if (headers["content-type"] !== "application/vnd.awslambda.http-integration-response") return reply;
  const end = payload.indexOf(Buffer.alloc(8));
  if (end === -1) return reply;
  const prelude = JSON.parse(String(payload.subarray(0, end))) as HttpPrelude;
  return { ...reply, prelude, payload: payload.subarray(end + 8) };
}

function newTraceId(): string {
  const seconds = Math.floor(Date.now() / 1000).toString(16);
  const parent = randomBytes(8).toString("hex");
  return `Root=1-${seconds}-${randomBytes(12).toString("hex")};Parent=${parent};Sampled=1`;
}
