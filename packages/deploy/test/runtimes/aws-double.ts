// A double of AWS: moto, and before it a server of ours that adds what moto leaves out, and sees every call.
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { LambdaReply } from "../../../platforms/test/runtimes/aws-lambda.ts";
import { type Moto, startMoto } from "../../../platforms/test/runtimes/moto.ts";
import { CloudFormationDouble } from "./cloudformation-double.ts";
import { escapeXml, type Reply } from "./xml.ts";

export interface AwsDouble {
  readonly url: string;
  readonly moto: Moto;
  readonly cloudFormation: CloudFormationDouble;
  /** What a process that works with it needs in its environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** Requests that change something, as `service action`, since the last reset. */
  readonly changes: string[];
  /**
   * Called before a request that changes something takes effect, and after; the first has number 1. What is `lost`
   * takes no effect.
   */
  onChange: ((number: number, when: "before" | "after") => Promise<"lost" | undefined>) | undefined;
  /** What is refused in AWS's words, in place of an answer. */
  refuse: ((call: string) => Refused | undefined) | undefined;
  /** Runs functions, which moto does in containers only. */
  invoke: ((call: Invocation) => Promise<LambdaReply>) | undefined;
  /** Forgets everything. */
  reset(): Promise<void>;
  stop(): Promise<void>;
}

export interface Invocation {
  readonly functionName: string;
  readonly payload: unknown;
  /** Whether nobody waits for the reply. */
  readonly isEvent: boolean;
}

export interface Refused {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

/** A suite that kills and resumes at every step takes its time. */
const longestSeconds = 1800;
const region = "eu-central-1";
/** Of a connection, not of a message; `fetch` says its own. */
const ofConnection = new Set([
  "host",
  "connection",
  "content-length",
  "expect",
  "transfer-encoding",
  "content-encoding",
]);

export async function startAwsDouble(): Promise<AwsDouble> {
  const moto = await startMoto({ longestSeconds });
  const cloudFormation = new CloudFormationDouble(moto);
  const server = createServer((request, response) => {
    answer(request, response).catch((error: Error) => response.writeHead(500).end(String(error.stack)));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const double: AwsDouble = {
    url,
    moto,
    cloudFormation,
    environment: {
      AWS_ENDPOINT_URL: url,
      AWS_ACCESS_KEY_ID: "none",
      AWS_SECRET_ACCESS_KEY: "none",
      AWS_REGION: region,
      AWS_EC2_METADATA_DISABLED: "true",
    },
    changes: [],
    onChange: undefined,
    refuse: undefined,
    invoke: undefined,
    async reset() {
      await cloudFormation.settled();
      await fetch(`${moto.url}/moto-api/reset`, { method: "POST" });
      cloudFormation.clear();
      double.changes.length = 0;
      double.onChange = undefined;
      double.refuse = undefined;
      double.invoke = undefined;
    },
    async stop() {
      await cloudFormation.settled();
      server.closeAllConnections();
      server.close();
      await moto.stop("SIGKILL");
    },
  };
  return double;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const { headers } = request;
    const isForm = headers["content-type"]?.startsWith("application/x-www-form-urlencoded");
    const form = new URLSearchParams(isForm ? body.toString() : "");
    const service = /Credential=[^/]*\/\d+\/[^/]+\/([^/]+)\//.exec(headers.authorization ?? "")?.[1] ?? "";
    const target = String(headers["x-amz-target"] ?? "")
      .split(".")
      .at(-1);
    const action = form.get("Action") ?? (target || `${request.method} ${request.url?.split("?")[0]}`);
    const call = `${service} ${action}`;
    const refused = double.refuse?.(call);
    if (refused !== undefined) return sendError(response, service, refused);
    const isChange = !/^(GET |HEAD |OPTIONS |Get|List|Describe|Detect|Filter)/.test(action);
    const number = isChange ? double.changes.push(call) : 0;
    if (isChange && (await double.onChange?.(number, "before")) === "lost")
      return void request.socket.destroy();
    const own =
      service === "cloudformation" ? await cloudFormation.answer(form) : await invoked(request, body);
    const reply = own ?? (await forward(request, body));
    if (isChange) await double.onChange?.(number, "after");
    response.writeHead(reply.status, reply.headers).end(reply.body);
  }

  async function invoked(
    { url: path = "", headers }: IncomingMessage,
    body: Buffer,
  ): Promise<Reply | undefined> {
    const functionName = /^\/2015-03-31\/functions\/([^/]+)\/invocations/.exec(path)?.[1];
    if (functionName === undefined || double.invoke === undefined) return undefined;
    const isEvent = headers["x-amz-invocation-type"] === "Event";
    const payload: unknown = JSON.parse(body.toString());
    const { error, payload: reply } = await double.invoke({ functionName, payload, isEvent });
    if (isEvent) return { status: 202, headers: {}, body: "" };
    const failed = { "x-amz-function-error": "Unhandled" };
    if (error !== undefined) return { status: 200, headers: failed, body: JSON.stringify(error) };
    return { status: 200, headers: {}, body: reply };
  }

  async function forward(
    { method = "GET", url: path = "/", headers }: IncomingMessage,
    body: Buffer,
  ): Promise<Reply> {
    const kept = Object.entries(headers).filter(
      ([name]) => !ofConnection.has(name) || name === "content-encoding",
    );
    const hasBody = method !== "GET" && method !== "HEAD";
    const response = await fetch(new URL(path, moto.url), {
      method,
      headers: kept.map(([name, value]) => [name, String(value)] as [string, string]),
      ...(hasBody ? { body: new Uint8Array(body) } : {}),
    });
    const bytes = Buffer.from(await response.arrayBuffer());
    const answered = [...response.headers].filter(
      ([name]) => !ofConnection.has(name) || name === "content-length",
    );
    return { status: response.status, headers: Object.fromEntries(answered), body: bytes };
  }
}

function sendError(response: ServerResponse, service: string, { status, code, message }: Refused): void {
  const words = `<Code>${code}</Code><Message>${escapeXml(message)}</Message>`;
  const body =
    service === "s3"
      ? `<Error>${words}</Error>`
      : `<ErrorResponse><Error><Type>Sender</Type>${words}</Error><RequestId>double</RequestId></ErrorResponse>`;
  response.writeHead(status, { "content-type": "text/xml" }).end(body);
}
