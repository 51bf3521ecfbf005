// Needs apps/image-conversion.
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { unzipSync } from "fflate";
import { afterAll, beforeAll, expect, it } from "vitest";
import { notProved } from "../../../../tools/not-proved.ts";
import { findTool, optionalTools } from "../../../../tools/optional-tools.ts";
import {
  createBucket,
  s3Url,
  startStrictS3,
  useTestCredentials,
} from "../../../connectors/test/object-store/s3-servers.ts";
import { startLambda } from "../../../platforms/test/runtimes/aws-lambda.ts";
import { describeInside } from "../../../platforms/test/runtimes/installed.ts";
import { until } from "../../../platforms/test/runtimes/program.ts";
import { openStage } from "../../src/aws-lambda/open.ts";
import type { Ledger } from "../../src/ledger.ts";
import { storesOf } from "../../src/shared/open-store.ts";
import type { StageClient } from "../../src/stage.ts";
import { type AwsDouble, startAwsDouble } from "./aws-double.ts";
import { doubledUrl } from "./cloudformation-double.ts";
import { askLogs } from "./log-groups.ts";
import { StageOf } from "./stage-of.ts";

const functionName = "image-conversion-demo-make-renditions";
const photosBucket = "image-conversion-demo-photos-123456789012";
const here = process.arch === "arm64" ? "arm64" : "x64";
const sample = fileURLToPath(
  new URL("../../../../apps/image-conversion/samples/coffee.jpg", import.meta.url),
);

describeInside("a deployed stage on AWS", ["python", "npm"], () => {
  let double: AwsDouble;
  let stage: StageOf;
  let client: StageClient;
  beforeAll(async () => {
    double = await startAwsDouble();
    Object.assign(process.env, double.environment);
    stage = await StageOf.of(double, {
      app: "image-conversion",
      only: ["make-renditions", "serve-rendition"],
      cpu: here,
    });
    await stage.run({ what: "deploy" });
    const { ledger } = await stage.look();
    if (ledger === undefined) throw new Error("It remembers nothing.");
    client = await openStage(ledger, stage.place);
  }, 180_000);
  afterAll(async () => {
    await client?.close();
    await double?.stop();
    await stage?.dispose();
  });

  it("has its URL, and its stores as the functions are told of them", async () => {
    expect(client.url).toBe(doubledUrl);
    const { ledger } = await stage.look();
    expect(Object.keys(ledger?.resources ?? {})).toEqual(["PHOTOS_URL", "RENDITIONS_URL"]);
    const photos = await client.store("photos");
    await photos.put("in/a cat.jpg", "a cat");
    expect(await stage.objects(photosBucket)).toEqual(["in/a cat.jpg"]);
    await using object = await photos.get("in/a cat.jpg");
    expect(await object?.text()).toBe("a cat");
    await expect(client.store("nothing")).rejects.toThrow("PHOTOS_URL, RENDITIONS_URL");
  });

  it("shows its logs in the order of time, by function, and goes on with what comes", async () => {
    const log = async (name: string, message: string, at: number): Promise<void> => {
      const group = { logGroupName: `/aws/lambda/image-conversion-demo-${name}`, logStreamName: "one" };
      await askLogs(double.moto, "CreateLogStream", group).catch(() => undefined);
      await askLogs(double.moto, "PutLogEvents", { ...group, logEvents: [{ message, timestamp: at }] });
    };
    const now = Date.now();
    await log("serve-rendition", "second", now - 2000);
    await log("make-renditions", "first", now - 4000);
    const lines = await Array.fromAsync(client.logs({}));
    expect(lines.map(({ source, text }) => `${source}: ${text}`)).toEqual([
      "make-renditions: first",
      "serve-rendition: second",
    ]);
    expect(await Array.fromAsync(client.logs({ functions: ["make-renditions"] }))).toHaveLength(1);
    await expect(Array.fromAsync(client.logs({ functions: ["nobody"] }))).rejects.toThrow(
      "There are: make-renditions, serve-rendition.",
    );
    const ended = new AbortController();
    const followed: string[] = [];
    for await (const { text } of client.logs({
      follow: true,
      since: new Date(now - 3000),
      signal: ended.signal,
    })) {
      followed.push(text);
      if (text === "second") await log("serve-rendition", "third", Date.now());
      if (text === "third") ended.abort();
    }
    expect(followed).toEqual(["second", "third"]);
  });

  it("shows what was given up with its reason, without taking it", async () => {
    const record = {
      requestContext: {
        functionArn: `arn:aws:lambda:eu-central-1:123456789012:function:${functionName}:$LATEST`,
        condition: "RetriesExhausted",
      },
      requestPayload: { detail: { object: { key: "broken.jpg" } } },
      responsePayload: { errorType: "invalid", errorMessage: "It is no picture." },
    };
    await double.moto.query("sqs", "SendMessage", {
      QueueUrl: `https://sqs.eu-central-1.amazonaws.com/123456789012/image-conversion-demo-dead-letters`,
      MessageBody: JSON.stringify(record),
    });
    for (const _ of [1, 2]) {
      const [letter, ...more] = await client.deadLetters();
      expect(more).toEqual([]);
      expect(letter).toMatchObject({
        function: "make-renditions",
        reason: "It is no picture.",
        body: JSON.stringify(record.requestPayload),
      });
    }
    expect(await client.replay(["nobody"])).toBe(0);
    expect(await client.deadLetters()).toHaveLength(1);
  });

  it("says how functions are started that nobody can invoke", async () => {
    await expect(client.invoke("make-renditions", {})).rejects.toThrow(
      "objects start it. Put one: npm run faasade -- objects put",
    );
    await expect(client.invoke("serve-rendition", {})).rejects.toThrow("requests start it");
    await expect(client.invoke("nobody", {})).rejects.toThrow("There are: make-renditions, serve-rendition.");
  });

  it("runs, as it was uploaded, inside aws-lambda-ric for a notification of versitygw", async () => {
    const versitygw = findTool(optionalTools.versitygw);
    if (versitygw === undefined)
      return notProved(
        "uploaded code for a notification of versitygw",
        "there is no versitygw",
        "run tools/ci-prepare",
      );
    const folder = await uploadedCode();
    const notifications: unknown[] = [];
    const hook = createServer((request, response) => {
      let text = "";
      request.on("data", (chunk) => {
        text += chunk;
      });
      request.on("end", () => {
        notifications.push(JSON.parse(text));
        response.end();
      });
    }).listen(0, "127.0.0.1");
    await once(hook, "listening");
    const url = `http://127.0.0.1:${(hook.address() as AddressInfo).port}/`;
    const before = { ...process.env };
    useTestCredentials();
    const s3 = await startStrictS3(versitygw, ["--event-webhook-url", url]);
    const renditions = photosBucket.replace("photos", "renditions");
    for (const bucket of [photosBucket, renditions]) await createBucket(s3, bucket);
    const environment = {
      ...(await deployedEnvironment()),
      PHOTOS_URL: s3Url(s3, photosBucket),
      RENDITIONS_URL: s3Url(s3, renditions),
      AWS_ACCESS_KEY_ID: process.env["AWS_ACCESS_KEY_ID"] ?? "",
      AWS_SECRET_ACCESS_KEY: process.env["AWS_SECRET_ACCESS_KEY"] ?? "",
    };
    const lambda = await startLambda({ folder, handler: "index.handler", timeoutSeconds: 60, environment });
    const { ledger } = await stage.look();
    const stores = storesOf({ ...(ledger as Ledger), resources: environment });
    try {
      const photos = await stores.store("photos");
      await photos.put("my coffee.jpg", await readFile(sample));
      const isPut = (one: unknown) => JSON.stringify(one).includes("ObjectCreated");
      const notification = await until(() => notifications.find(isPut));
      const { status, error } = await lambda.invoke(notification);
      expect(error).toBeUndefined();
      expect(status).toBe("succeeded");
      const made = await (await stores.store("renditions")).list();
      expect(made.objects.length).toBeGreaterThan(1);
    } finally {
      await stores.close();
      await lambda.stop("SIGKILL");
      await s3.stop();
      hook.close();
      process.env = before;
      await rm(folder, { recursive: true, force: true });
    }
  }, 180_000);

  async function deployedEnvironment(): Promise<Record<string, string>> {
    const response = await double.moto.request(
      "lambda",
      `/2015-03-31/functions/${functionName}/configuration`,
    );
    const { Environment } = (await response.json()) as { Environment: { Variables: Record<string, string> } };
    return Environment.Variables;
  }

  /** What the stack says the function's code is, out of the deployment bucket, unpacked. */
  async function uploadedCode(): Promise<string> {
    const { stack } = await stage.look();
    const code = String(stack?.template?.Resources["MakeRenditionsFunction"]?.Properties["CodeUri"]);
    const response = await double.moto.request("s3", code.replace("s3:/", ""));
    const folder = await mkdtemp(join(tmpdir(), "faasade-uploaded-"));
    for (const [path, bytes] of Object.entries(unzipSync(new Uint8Array(await response.arrayBuffer())))) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), bytes);
    }
    return folder;
  }
});
