// Lambda: from the start of its own runtime client to the first response, with our handler and with a bare one.
import { existsSync } from "node:fs";
import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { startRuntimeApi } from "../../packages/platforms/src/aws-lambda/here/runtime-api.ts";
import { partsEnvironment } from "../../tools/runtimes/parts.ts";
import { buildEverywhere, unpack } from "../artefacts.ts";
import { cpuOf, launch } from "../programs.ts";
import type { Contender } from "../rounds.ts";
import { placeOf } from "./own.ts";

const bareHandler = `export const handler = async ({ rawPath }) => ({
  statusCode: 200,
  headers: { "content-type": "application/json" },
  body: JSON.stringify({ greeting: \`Hello, \${rawPath.slice(1)}!\`, at: new Date().toISOString() }),
});
`;

/** The bare handler comes first. Empty, and said so on standard error, without Lambda's runtime client. */
export async function lambdaHandlers(folder: string): Promise<Contender[]> {
  const installed = partsEnvironment()["FAASADE_RUNTIMES_NPM"] ?? "";
  const client = join(installed, "node_modules/aws-lambda-ric/index.mjs");
  if (!existsSync(client)) {
    console.error("not measured: aws-lambda-ric is not installed; run npm run test:runtimes");
    return [];
  }
  const bare = join(folder, placeOf());
  await mkdir(bare, { recursive: true });
  await writeFile(join(bare, "index.mjs"), bareHandler);
  const contender = (name: string, at: string): Contender => ({
    name,
    measure: () => costOfFirstResponse(client, name, at),
  });
  const built = await buildEverywhere({ app: "hello", unit: "function", folder });
  const ours = built.find(({ name }) => name === "faasade/aws-lambda");
  const greet = ours?.result.artefacts.find(({ functions }) => functions.includes("greet"));
  if (ours === undefined || greet === undefined)
    throw new Error("Cannot measure Lambda: greet was not built.");
  const at = join(folder, placeOf());
  await rename(await unpack(ours.result, greet), at);
  return [
    contender("bare handler in aws-lambda-ric", bare),
    contender("the same, again", bare),
    contender(ours.name, at),
  ];
}

async function costOfFirstResponse(client: string, name: string, folder: string): Promise<number> {
  const api = await startRuntimeApi();
  const before = performance.now();
  const runtime = launch([client, "index.handler"], folder, {
    _HANDLER: "index.handler",
    AWS_ACCESS_KEY_ID: "none",
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "512",
    AWS_LAMBDA_FUNCTION_NAME: "greet",
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_LOG_GROUP_NAME: "/aws/lambda/greet",
    AWS_LAMBDA_LOG_STREAM_NAME: "greet",
    AWS_LAMBDA_RUNTIME_API: api.address,
    AWS_REGION: "eu-central-1",
    AWS_SECRET_ACCESS_KEY: "none",
    LAMBDA_TASK_ROOT: folder,
  });
  const ended = new Promise<never>((_, reject) => {
    runtime.child.once("exit", () =>
      reject(new Error(`${name} ended before it answered. ${runtime.errors()}`)),
    );
  });
  ended.catch(() => {});
  try {
    const readiness = await Promise.race([api.ready(), ended]);
    if (!("send" in readiness)) throw new Error(`${name} did not load: ${readiness.initError.errorMessage}`);
    const reply = await Promise.race([readiness.send(invocation()), ended]);
    const cost = await cpuOf(runtime.child);
    const { statusCode } = JSON.parse(String(reply.payload)) as { statusCode?: number };
    if (statusCode !== 200) throw new Error(`${name} answers ${reply.payload}`);
    return cost ?? performance.now() - before;
  } finally {
    await runtime.stop();
    await api.close();
  }
}

/** What an HTTP API sends for `GET /world`. */
function invocation() {
  return {
    requestId: "8476a536-e9f4-11e8-9739-2dfe598c3fcd",
    traceId: "Root=1-6923a1b0-4c2f7d1e5a6b3c8d9e0f1a2b;Parent=53995c3f42cd8ad8;Sampled=1",
    functionArn: "arn:aws:lambda:eu-central-1:000000000000:function:greet",
    deadlineMilliseconds: Date.now() + 30_000,
    event: {
      version: "2.0",
      routeKey: "$default",
      rawPath: "/world",
      rawQueryString: "",
      headers: { accept: "*/*", host: "a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com" },
      requestContext: {
        accountId: "000000000000",
        apiId: "a1b2c3d4e5",
        domainName: "a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com",
        http: {
          method: "GET",
          path: "/world",
          protocol: "HTTP/1.1",
          sourceIp: "192.0.2.44",
          userAgent: "curl",
        },
        requestId: "JKJaXmPLvHcESHA=",
        routeKey: "$default",
        stage: "$default",
        timeEpoch: 1_795_428_944_512,
      },
      isBase64Encoded: false,
    },
  };
}
