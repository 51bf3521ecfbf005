// Lambda Web Functions, as their documentation describes them: a process is started, reached and ended as Lambda does.
// https://docs.aws.amazon.com/lambda/latest/dg/web-functions-env-lifecycle.html
import { once } from "node:events";
import { connect } from "node:net";
import type { ClientReply } from "../conformance/column.ts";
import { type Forwarded, forward, type Target } from "../conformance/columns/aws-lambda-web/front-end.ts";
import { type Exit, freePort, startProgram, until } from "./program.ts";

export interface WebFunction {
  readonly target: Target;
  /** A request that comes in by one of the function's endpoints. */
  send(request: Forwarded): Promise<ClientReply>;
  logs(): string;
  stop(signal?: NodeJS.Signals): Promise<Exit>;
}

export interface WebFunctionOptions {
  readonly folder: string;
  /** What is run. Default: `index.js`, as Lambda has it. */
  readonly file?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** Lambda leaves a second; a busy machine may need more to say that a process ended by itself. */
const graceMilliseconds = 10_000;

/** @throws {Error} with what it printed, when it ends before it listens. */
export async function startWebFunction(options: WebFunctionOptions): Promise<WebFunction> {
  const target = { host: "127.0.0.1", port: await freePort() };
  const program = startEntry(options, `${target.host}:${target.port}`);
  let ended = false;
  void program.exited.then(() => {
    ended = true;
  });
  await until(async () => ended || (await accepts(target)) || undefined);
  if (ended) throw new Error(`Cannot start the web function: it ended.\n${program.output()}`);
  return {
    target,
    send: (request) => forward(target, request),
    logs: program.output,
    stop: (signal = "SIGTERM") => program.stop(signal, graceMilliseconds),
  };
}

/** The process alone, told to listen at any place, or at none. */
export function startEntry(
  { folder, file = "index.js", environment = {} }: WebFunctionOptions,
  endpoint: string | undefined,
) {
  return startProgram(process.execPath, ["--disable-warning=ExperimentalWarning", file], {
    cwd: folder,
    environment: {
      AWS_LAMBDA_INITIALIZATION_TYPE: "native-http",
      AWS_REGION: "eu-central-1",
      AWS_ACCESS_KEY_ID: "none",
      AWS_SECRET_ACCESS_KEY: "none",
      ...environment,
      ...(endpoint === undefined ? {} : { AWS_LAMBDA_HTTP_ENDPOINT: endpoint }),
    },
  });
}

async function accepts({ host, port }: Target): Promise<boolean> {
  const socket = connect(port, host);
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
