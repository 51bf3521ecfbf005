// What runs functions of a stage in moto, where moto itself runs none: requests, objects, queues and due times reach them as
// AWS hands them over, and what they print goes to their log groups.
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { unzipSync } from "fflate";
import { type Lambda, type LambdaReply, startLambda } from "../../../platforms/test/runtimes/aws-lambda.ts";
import { answer } from "../../../platforms/test/runtimes/http-api.ts";
import type { AwsDouble } from "./aws-double.ts";
import { askLogs } from "./log-groups.ts";
import { pollQueue } from "./poll-queue.ts";
import type { Translation } from "./translation.ts";

const region = "eu-central-1";
const account = "123456789012";
/** Of an event that nobody waits for. https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html */
const attempts = 3;

export interface PlayedOptions {
  /** `<app>-<stage>`. */
  readonly stack: string;
  /** By the first segment of a path. */
  readonly routes: Readonly<Record<string, string>>;
  readonly onObject: { readonly store: string; readonly function: string };
  readonly onMessage: { readonly queue: string; readonly function: string };
  readonly onDue: string;
}

export class PlayedFunctions {
  readonly #double: AwsDouble;
  readonly #options: PlayedOptions;
  readonly #running = new Map<string, Promise<{ readonly lambda: Lambda; readonly folder: string }>>();
  readonly #logged = new Map<string, number>();
  readonly #sqs: SQSClient;
  readonly #ended = new AbortController();
  readonly #works: Promise<unknown>[] = [];
  #isDue = false;
  readonly #front = createServer((request, response) => {
    this.#due();
    const name = this.#options.routes[request.url?.split(/[/?]/)[1] ?? ""];
    // Routes are API Gateway's: what none is for reaches no function.
    if (name === undefined) return void response.writeHead(404).end('{"message":"Not Found"}');
    const invoke = async (event: unknown) => {
      const { payload, headers, error, status } = await this.#invoke(name, event);
      return { payload, headers, ...(status === "succeeded" ? {} : { error: error as never }) };
    };
    answer(invoke, request, response).catch((error: Error) => response.writeHead(502).end(error.message));
  });

  private constructor(double: AwsDouble, options: PlayedOptions) {
    this.#double = double;
    this.#options = options;
    const credentials = { accessKeyId: "none", secretAccessKey: "none" };
    this.#sqs = new SQSClient({ endpoint: double.moto.url, region, credentials });
  }

  /** From here on the double's stacks have a URL that answers. */
  static async start(double: AwsDouble, options: PlayedOptions): Promise<PlayedFunctions> {
    const played = new PlayedFunctions(double, options);
    played.#front.listen(0, "127.0.0.1");
    await once(played.#front, "listening");
    const url = `http://127.0.0.1:${(played.#front.address() as AddressInfo).port}`;
    double.cloudFormation.appUrl = url;
    double.invoke = ({ functionName, payload }) =>
      played.#invoke(functionName.slice(options.stack.length + 1), payload);
    double.onChange = async (number, when) => {
      if (when === "after") played.#changed(double.changes[number - 1] ?? "");
      return undefined;
    };
    const { queue, function: receiver } = options.onMessage;
    const polled = {
      sqs: played.#sqs,
      url: played.#queue(`${options.stack}-${queue}`),
      region,
      invoke: (event: unknown) => played.#invoke(receiver, event),
      signal: played.#ended.signal,
    };
    played.#works.push(pollQueue(polled));
    return played;
  }

  async stop(): Promise<void> {
    this.#ended.abort();
    this.#front.closeAllConnections();
    this.#front.close();
    await Promise.allSettled(this.#works);
    for (const one of this.#running.values()) {
      const { lambda, folder } = await one;
      await lambda.stop("SIGKILL");
      await rm(folder, { recursive: true, force: true });
    }
    this.#sqs.destroy();
  }

  /** A bucket that tells EventBridge of an object. https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html */
  #changed(call: string): void {
    const bucket = `${this.#options.stack}-${this.#options.onObject.store}-${account}`;
    const [, path] = /^s3 PUT \/(.*)$/.exec(call) ?? [];
    if (!path?.startsWith(`${bucket}/`)) return;
    const key = decodeURIComponent(path.slice(bucket.length + 1));
    this.#works.push(this.#deliverObject(bucket, key));
  }

  async #deliverObject(bucket: string, key: string): Promise<void> {
    const path = `/${bucket}/${key.split("/").map(encodeURIComponent).join("/")}`;
    const { headers } = await this.#double.moto.request("s3", path, { method: "HEAD" });
    const object = {
      key,
      size: Number(headers.get("content-length")),
      etag: headers.get("etag")?.replaceAll('"', ""),
      sequencer: Date.now().toString(16),
    };
    await this.#deliver(this.#options.onObject.function, {
      ...{
        version: "0",
        id: randomUUID(),
        "detail-type": "Object Created",
        source: "aws.s3",
        account,
        region,
      },
      time: new Date().toISOString(),
      resources: [`arn:aws:s3:::${bucket}`],
      detail: {
        ...{ version: "0", bucket: { name: bucket }, object, "request-id": "C3D13FE58DE4C810" },
        ...{ requester: account, "source-ip-address": "203.0.113.9", reason: "PutObject" },
      },
    });
  }

  /** Whoever asks finds a schedule that was due. */
  #due(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    const [schedule] = Object.values(this.#resources()).filter(
      ({ Type }) => Type === "AWS::Scheduler::Schedule",
    );
    if (schedule === undefined) return;
    const target = schedule.Properties?.["Target"] as { Input: string } | undefined;
    const input = (target?.Input ?? "{}")
      .replaceAll("<aws.scheduler.scheduled-time>", "2026-12-01T05:00:00Z")
      .replaceAll("<aws.scheduler.execution-id>", "d32c5kddcf5bb8c3")
      .replaceAll("<aws.scheduler.attempt-number>", "1");
    this.#works.push(this.#deliver(this.#options.onDue, JSON.parse(input)));
  }

  async #deliver(name: string, event: unknown): Promise<void> {
    let last: LambdaReply | undefined;
    for (let attempt = 1; attempt <= attempts; attempt++) {
      last = await this.#invoke(name, event);
      if (last.status === "succeeded") return;
    }
    const { stack } = this.#options;
    const record = {
      requestContext: {
        functionArn: `arn:aws:lambda:${region}:${account}:function:${stack}-${name}:$LATEST`,
        condition: "RetriesExhausted",
      },
      requestPayload: event,
      responsePayload: last?.error,
    };
    const QueueUrl = this.#queue(`${stack}-dead-letters`);
    await this.#sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(record) }));
  }

  async #invoke(name: string, event: unknown): Promise<LambdaReply> {
    const running = this.#running.get(name) ?? this.#start(name);
    this.#running.set(name, running);
    const { lambda } = await running;
    const reply = await lambda.invoke(event);
    await this.#log(name, lambda.logs());
    return reply;
  }

  /** The code that was uploaded, in the environment that moto was given. */
  async #start(name: string) {
    const { stack } = this.#options;
    const { moto } = this.#double;
    const wanted = `${stack}-${name}`;
    const found = Object.values(this.#resources()).find(
      ({ Type, Properties }) => Type === "AWS::Lambda::Function" && Properties?.["FunctionName"] === wanted,
    );
    const code = found?.Properties?.["Code"] as { S3Bucket: string; S3Key: string } | undefined;
    const zip = await moto.request("s3", `/${code?.S3Bucket}/${code?.S3Key}`);
    const folder = await mkdtemp(join(tmpdir(), "faasade-played-"));
    for (const [path, bytes] of Object.entries(unzipSync(new Uint8Array(await zip.arrayBuffer())))) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), bytes);
    }
    const asked = await moto.request("lambda", `/2015-03-31/functions/${wanted}/configuration`);
    const { Environment } = (await asked.json()) as { Environment: { Variables: Record<string, string> } };
    const environment = Object.fromEntries(
      Object.entries(Environment.Variables).map(([key, value]) => [key, this.#here(value)]),
    );
    return {
      folder,
      lambda: await startLambda({ folder, handler: "index.handler", timeoutSeconds: 30, environment }),
    };
  }

  #here(url: string): string {
    if (url.startsWith("s3:"))
      return `${url}${url.includes("?") ? "&" : "?"}endpoint=${encodeURIComponent(this.#double.moto.url)}`;
    return url.replace(/^https?:\/\/sqs\.[\w.-]+/, this.#double.moto.url);
  }

  #queue(name: string): string {
    return `${this.#double.moto.url}/${account}/${name}`;
  }

  #resources(): Translation["Resources"] {
    const body = this.#double.cloudFormation.askedFor(this.#options.stack)?.get("TemplateBody") ?? "{}";
    return (JSON.parse(body) as Translation).Resources;
  }

  async #log(name: string, all: string): Promise<void> {
    const from = this.#logged.get(name) ?? 0;
    this.#logged.set(name, all.length);
    const lines = all
      .slice(from)
      .split("\n")
      .filter((line) => line !== "");
    if (lines.length === 0) return;
    const group = { logGroupName: `/aws/lambda/${this.#options.stack}-${name}`, logStreamName: "one" };
    if (from === 0) await askLogs(this.#double.moto, "CreateLogStream", group).catch(() => undefined);
    const logEvents = lines.map((message) => ({ message, timestamp: Date.now() }));
    await askLogs(this.#double.moto, "PutLogEvents", { ...group, logEvents });
  }
}
