/**
 * A Lambda Runtime API: what a runtime asks for events and tells results to, one invocation at a time.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";

export interface LambdaError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}

export interface LambdaInvocation {
  readonly event: unknown;
  readonly requestId: string;
  readonly traceId: string;
  readonly functionArn: string;
  readonly deadlineMilliseconds: number;
}

/** What the runtime posted for one invocation. */
export interface RuntimeReply {
  readonly payload: Buffer;
  readonly headers: IncomingHttpHeaders;
  /** The error that was posted instead of a response, or in the trailers of a stream that had begun. */
  readonly error?: LambdaError;
}

/** A runtime that waits for its next event, or that has told why it cannot. */
export type Readiness =
  | { readonly send: (invocation: LambdaInvocation) => Promise<RuntimeReply> }
  | InitFailure;

export interface InitFailure {
  readonly initError: LambdaError;
}

export interface RuntimeApi {
  /** `host:port`, for AWS_LAMBDA_RUNTIME_API. */
  readonly address: string;
  /** Resolves when the runtime asks for an event; each answer is for one invocation. */
  ready(): Promise<Readiness>;
  /** Forgets what the last process said: a new one starts. */
  reset(): void;
  close(): Promise<void>;
}

export async function startRuntimeApi(): Promise<RuntimeApi> {
  let readiness = Promise.withResolvers<Readiness>();
  let settle: (reply: RuntimeReply) => void = () => {};

  const server = createServer({ requestTimeout: 0 }, async (request, response) => {
    const path = (request.url ?? "").replace("/2018-06-01/runtime", "");
    if (path === "/invocation/next") {
      readiness.resolve({ send: (invocation) => send(invocation, response) });
      return;
    }
    const reply = await readReply(request, path.endsWith("/error"));
    response.writeHead(202, { "content-type": "application/json" }).end('{"status":"OK"}');
    if (reply === undefined) return;
    if (path === "/init/error" && reply.error) readiness.resolve({ initError: reply.error });
    else settle(reply);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");

  return {
    address: `127.0.0.1:${(server.address() as { port: number }).port}`,
    async ready() {
      const found = await readiness.promise;
      if ("send" in found) readiness = Promise.withResolvers();
      return found;
    },
    reset() {
      readiness = Promise.withResolvers();
      settle = () => {};
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };

  function send(invocation: LambdaInvocation, response: ServerResponse): Promise<RuntimeReply> {
    response.writeHead(200, {
      "content-type": "application/json",
      "lambda-runtime-aws-request-id": invocation.requestId,
      "lambda-runtime-deadline-ms": String(invocation.deadlineMilliseconds),
      "lambda-runtime-invoked-function-arn": invocation.functionArn,
      "lambda-runtime-trace-id": invocation.traceId,
    });
    response.end(JSON.stringify(invocation.event));
    return new Promise((resolve) => {
      settle = resolve;
    });
  }
}

/** Undefined when the runtime went away in the middle of it. */
async function readReply(request: IncomingMessage, isError: boolean): Promise<RuntimeReply | undefined> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) chunks.push(chunk as Buffer);
  } catch {
    return undefined;
  }
  const payload = Buffer.concat(chunks);
  const trailer = request.trailers["lambda-runtime-function-error-body"];
  const error = trailer ? Buffer.from(trailer, "base64") : isError ? payload : undefined;
  return { payload, headers: request.headers, ...(error && { error: JSON.parse(String(error)) }) };
}
