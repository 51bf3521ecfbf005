// AWS Lambda on this machine: a Runtime API of ours, and the function in Lambda's own runtime client or a double of it.
import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Here, HereOptions } from "../../shared/here.ts";
import { answer, eventsPath } from "./front.ts";
import { type RuntimeReply, startRuntimeApi } from "./runtime-api.ts";

/** @throws {Error} with what the function's start said, when it does not load. */
export async function startHere(options: HereOptions): Promise<Here> {
  const api = await startRuntimeApi();
  const client = runtimeClient();
  let child: ChildProcess | undefined;
  let turn: Promise<unknown> = Promise.resolve();

  const start = (): ChildProcess => {
    const started = spawn(process.execPath, [client ?? double, "index.handler"], {
      cwd: options.folder,
      env: { ...environmentOf(options), AWS_LAMBDA_RUNTIME_API: api.address },
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [started.stdout, started.stderr])
      stream?.setEncoding("utf8").on("data", options.onOutput);
    return started;
  };
  /** One at a time, as in one environment of Lambda; one that ended, or took too long, is started anew. */
  const invokeNow = async (event: unknown): Promise<RuntimeReply> => {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) {
      api.reset();
      child = start();
    }
    const gone = endOf(child);
    const readiness = await Promise.race([api.ready(), gone]);
    if ("initError" in readiness) return failed(readiness.initError);
    if (!("send" in readiness)) return readiness;
    const deadlineMilliseconds = Date.now() + options.timeoutSeconds * 1000;
    const requestId = randomUUID();
    const sent = readiness.send({ event, requestId, traceId: "", functionArn, deadlineMilliseconds });
    const overdue = setTimeout(() => child?.kill("SIGKILL"), options.timeoutSeconds * 1000);
    return Promise.race([sent, gone]).finally(() => clearTimeout(overdue));
  };
  const invoke = (event: unknown): Promise<RuntimeReply> => {
    const reply = turn.then(() => invokeNow(event));
    turn = reply.catch(() => {});
    return reply;
  };

  const server = createServer((request, response) => {
    answer(invoke, request, response).catch((error: Error) => {
      if (!response.headersSent) response.writeHead(502, { "content-type": "application/json" });
      response.end(JSON.stringify({ message: error.message }));
    });
  });
  server.listen(options.port, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    eventsUrl: `${url}${eventsPath}`,
    by:
      client === undefined
        ? "a double of Lambda's runtime client"
        : "aws-lambda-ric, Lambda's own runtime client",
    async stop() {
      child?.kill("SIGKILL");
      server.closeAllConnections();
      server.close();
      await api.close();
    },
  };
}

const double = fileURLToPath(new URL("./client.ts", import.meta.url));
const functionArn = "arn:aws:lambda:eu-central-1:000000000000:function:here";

/** Lambda's own, where `npm run test:runtimes` has told that it is installed. */
function runtimeClient(): string | undefined {
  const folder = process.env["FAASADE_RUNTIMES_NPM"];
  const path = folder === undefined ? "" : join(folder, "node_modules", "aws-lambda-ric", "index.mjs");
  return existsSync(path) ? path : undefined;
}

function environmentOf({ folder, environment }: HereOptions): NodeJS.ProcessEnv {
  return {
    PATH: process.env["PATH"],
    _HANDLER: "index.handler",
    AWS_ACCESS_KEY_ID: "none",
    AWS_SECRET_ACCESS_KEY: "none",
    AWS_REGION: "eu-central-1",
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "1024",
    AWS_LAMBDA_FUNCTION_NAME: "here",
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_LOG_GROUP_NAME: "/aws/lambda/here",
    AWS_LAMBDA_LOG_STREAM_NAME: "here",
    LAMBDA_TASK_ROOT: folder,
    ...environment,
  };
}

async function endOf(child: ChildProcess): Promise<RuntimeReply> {
  const [code, signal] = await once(child, "exit");
  const how = signal === "SIGKILL" ? "it took too long" : `exit status ${code ?? signal}`;
  return failed({ errorType: "Runtime.ExitError", errorMessage: `The function's process ended: ${how}.` });
}

function failed(error: RuntimeReply["error"] & {}): RuntimeReply {
  return { payload: Buffer.alloc(0), headers: {}, error };
}
