import { join } from "node:path";
import { expect, it } from "vitest";
import { killAfterwards } from "./afterwards.ts";
import { type LambdaOptions, startLambda } from "./aws-lambda.ts";
import { startLambdaEmulator } from "./aws-lambda-emulator.ts";
import { describeInside } from "./installed.ts";
import { until } from "./program.ts";

const folder = join(import.meta.dirname, "fixtures", "aws-lambda");
const bytes = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 255, 254, 0x0a, 0x0d, 0xc3, 0x28]);
const binaryEvent = { body: bytes.toString("base64"), isBase64Encoded: true };
const backwards = Buffer.from(bytes).reverse().toString("base64");

describeInside("AWS Lambda, by its runtime client and our Runtime API", ["npm"], () => {
  it("gives a function its event, request id, trace id, environment and the time it has left", async () => {
    const lambda = await start({ handler: "index.echo", environment: { SETTING: "on" }, timeoutSeconds: 9 });
    const traceId = "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=1";
    const reply = await lambda.invoke({ text: "é\u0000😀" }, { requestId: "request-7", traceId });
    expect(reply.status).toBe("succeeded");
    const seen = JSON.parse(String(reply.payload));
    expect(seen).toMatchObject({
      event: { text: "é\u0000😀" },
      requestId: "request-7",
      traceId,
      setting: "on",
    });
    expect(seen.remainingMilliseconds).toBeGreaterThan(0);
    expect(seen.remainingMilliseconds).toBeLessThanOrEqual(9_000);
  });

  it("keeps the environment from one event to the next, also of events that come at once", async () => {
    const lambda = await start({ handler: "index.echo" });
    const replies = await Promise.all([1, 2, 3].map((event) => lambda.invoke(event)));
    const seen = replies.map(({ payload }) => JSON.parse(String(payload)));
    expect(seen.map(({ event, invocations }) => [event, invocations])).toEqual([
      [1, 1],
      [2, 2],
      [3, 3],
    ]);
    expect(lambda.starts()).toBe(1);
  });

  it("carries a binary body, byte for byte", async () => {
    const lambda = await start({ handler: "index.reverse" });
    const { payload } = await lambda.invoke(binaryEvent);
    expect(JSON.parse(String(payload))).toMatchObject({ body: backwards, isBase64Encoded: true });
  });

  it("tells a thrown error, and goes on in the same environment", async () => {
    const lambda = await start({ handler: "index.fail" });
    const { status, error } = await lambda.invoke({});
    expect({ status, error }).toMatchObject({
      status: "failed",
      error: { errorType: "TypeError", errorMessage: "cannot read the moon" },
    });
    await lambda.invoke({});
    expect(lambda.starts()).toBe(1);
  });

  it("ends with a rejection that nobody handled, and starts anew for the next event", async () => {
    const lambda = await start({ handler: "index.reject" });
    for (const starts of [1, 2]) {
      const { status, error } = await lambda.invoke({});
      expect(status).toBe("exited");
      expect(error).toEqual({
        errorType: "Runtime.ExitError",
        errorMessage: expect.stringMatching(/exit status [1-9]/),
      });
      expect(lambda.starts()).toBe(starts);
    }
    await until(() => lambda.logs().includes("nobody listens") || undefined);
  });

  it("starts anew for an event, when the environment ended before it", async () => {
    const lambda = await start({ handler: "index.endSoon" });
    for (const starts of [1, 2]) {
      const { status, payload } = await lambda.invoke({});
      expect([status, lambda.starts()]).toEqual(["succeeded", starts]);
      await until(() => (isAlive(Number(payload)) ? undefined : true));
    }
  });

  it("kills what takes too long", async () => {
    const lambda = await start({ handler: "index.hang", timeoutSeconds: 2 });
    const { status, error } = await lambda.invoke({ milliseconds: 20_000 });
    expect(status).toBe("timed-out");
    expect(error?.errorMessage).toContain("Task timed out after 2.00 seconds");
    const next = await lambda.invoke({ milliseconds: 1 });
    expect([next.status, String(next.payload), lambda.starts()]).toEqual(["succeeded", '"late"', 2]);
  });

  it.each([
    ["a handler with a callback", "callback.handler", "Runtime.CallbackHandlerDeprecated"],
    ["an export that is not there", "index.nothing", "Runtime.HandlerNotFound"],
    ["a file that is not there", "nowhere.handler", "Runtime.ImportModuleError"],
  ])("refuses %s before the first event", async (_, handler, errorType) => {
    const lambda = await start({ handler });
    expect(await lambda.invoke({})).toMatchObject({ status: "failed", error: { errorType } });
  });

  it("streams an HTTP response: head, cookies and bytes", async () => {
    const lambda = await start({ handler: "index.stream" });
    const reply = await lambda.invoke({});
    expect(reply.status).toBe("succeeded");
    expect(reply.headers["lambda-runtime-function-response-mode"]).toBe("streaming");
    expect(reply.prelude).toEqual({
      statusCode: 201,
      headers: { "content-type": "image/png" },
      cookies: ["a=1", "b=2"],
    });
    expect([...reply.payload]).toEqual([0, 255, 0, 0, 0, 0, 0, 0, 0, 0, 7]);
  });

  it("tells the error that broke a stream off, after its first bytes", async () => {
    const lambda = await start({ handler: "index.stream" });
    const reply = await lambda.invoke({ fails: true });
    expect(reply.prelude?.statusCode).toBe(201);
    expect(reply).toMatchObject({
      status: "failed",
      error: { errorType: "RangeError", errorMessage: "the picture tore" },
    });
  });

  it.each([
    // The native client's request for the next event holds the process until somebody kills it.
    ["native", {}, { code: null, signal: "SIGKILL" }],
    ["JavaScript", { AWS_LAMBDA_NODEJS_USE_ALTERNATIVE_CLIENT_1: "true" }, { code: 7, signal: null }],
  ])("lets a function finish on SIGTERM, with the %s client", async (_, environment, exit) => {
    const lambda = await start({ handler: "told-to-end.handler", environment });
    await lambda.invoke({});
    expect(await lambda.stop("SIGTERM")).toEqual(exit);
    await until(() => lambda.logs().includes("told to end") || undefined);
  });
});

describeInside("AWS Lambda, by the Runtime Interface Emulator", ["npm", "python"], () => {
  it.each([
    ["a result", "index.echo", {}, { status: "succeeded" }],
    ["an error", "index.fail", {}, { status: "failed", error: { errorType: "TypeError" } }],
    ["an end", "index.reject", {}, { status: "exited", error: { errorType: "Runtime.ExitError" } }],
    ["a timeout", "index.hang", { milliseconds: 20_000 }, { status: "timed-out" }],
    [
      "a refused handler",
      "callback.handler",
      {},
      { error: { errorType: "Runtime.CallbackHandlerDeprecated" } },
    ],
  ])("tells %s as our Runtime API does", async (_, handler, event, expected) => {
    const options = { folder, handler, timeoutSeconds: handler === "index.hang" ? 2 : 30 };
    const emulator = killAfterwards(await startLambdaEmulator(options));
    const lambda = await start(options);
    expect(await emulator.invoke(event)).toMatchObject(expected);
    expect(await lambda.invoke(event)).toMatchObject(expected);
  });

  it("carries a binary body, byte for byte", async () => {
    const emulator = killAfterwards(
      await startLambdaEmulator({ folder, handler: "index.reverse", timeoutSeconds: 30 }),
    );
    const { payload } = await emulator.invoke(binaryEvent);
    expect(JSON.parse(String(payload))).toMatchObject({ body: backwards });
  });
});

async function start(options: Omit<LambdaOptions, "folder">) {
  return killAfterwards(await startLambda({ folder, timeoutSeconds: 30, ...options }));
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
