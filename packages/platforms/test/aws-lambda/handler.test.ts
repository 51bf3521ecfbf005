// The handler itself: the shape that the runtime client wants, what it knows of an invocation, what it refuses.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { called, http, schedule } from "@faasade/core";
import { adapt } from "@faasade/platforms/aws-lambda";
import { describe, expect, it } from "vitest";
import { context, thrownBy, tryLambda } from "./lambda.ts";
import { created } from "./triggers.ts";

const anything = {
  "~standard": { version: 1, vendor: "test", validate: (value: unknown) => ({ value }) },
} as const;
const call = { faasade: "call", function: "suite/ask", input: 1 };
const asked = () => called({ input: anything, output: anything });

describe("the handler", () => {
  it("has exactly two parameters: the runtime client refuses to start one with a third", () => {
    expect(tryLambda({}).handler).toHaveLength(2);
  });

  it("is refused at once when two functions claim one route", () => {
    const route = () => http("GET /same", { auth: "public" });
    expect(() => tryLambda({ one: [route()], two: [route()] })).toThrow("Cannot route GET /same");
  });

  it("refuses what it does not know, and says so in the log under the request's id", async () => {
    const { handler, records } = tryLambda({ ask: [asked()] });
    const strangers = [
      undefined,
      null,
      7,
      "text",
      [],
      {},
      { Records: [] },
      { Records: [{ eventSource: "aws:dynamodb" }] },
      { Records: [{ eventSource: "aws:sqs" }, { eventSource: "aws:s3" }] },
      { "detail-type": "EC2 Instance State-change Notification", source: "aws.ec2" },
      { "detail-type": "Scheduled Event", source: "somebody", time: "2026-03-29T06:00:00Z" },
      { Event: "s3:TestEvent" },
      // What somebody asked a gateway that hands over bodies alone.
      { key: "coffee.jpg", width: 200 },
    ];
    for (const stranger of strangers) {
      const error = await thrownBy(handler(stranger, context));
      expect([error.name, error.message]).toEqual([
        "not_found",
        expect.stringMatching(/^Cannot deliver .*API Gateway/),
      ]);
    }
    expect(records.map(({ level, invocation }) => [level, invocation])).toEqual(
      strangers.map(() => ["error", "8476a536-e9f4"]),
    );
  });

  it("acknowledges the event with which S3 tries a notification", async () => {
    const { handler, records } = tryLambda({ created: [created("photos")] });
    const event = { Service: "Amazon S3", Event: "s3:TestEvent", Bucket: "photos-bucket" };
    expect(await handler(event, context)).toEqual({ acknowledged: 0 });
    expect(records).toEqual([]);
  });

  it("works without a context", async () => {
    const { handler } = tryLambda({ ask: [asked(), () => "yes"] });
    expect(await Reflect.apply(handler, undefined, [call])).toBe("yes");
  });
});

describe("an invocation", () => {
  it("ends shortly before Lambda would end the process", async () => {
    const { handler, seen } = tryLambda({ ask: [asked()] });
    for (const [remaining, wanted] of [
      [10_000, 9_500],
      [1_000, 900],
    ] as const) {
      const before = Date.now();
      await handler(call, { ...context, getRemainingTimeInMillis: () => remaining });
      const { deadline = 0 } = seen.at(-1) ?? {};
      expect(deadline - before).toBeGreaterThanOrEqual(wanted);
      expect(deadline - Date.now()).toBeLessThanOrEqual(wanted);
    }
  });

  it("continues a sampled X-Ray trace, and begins its own otherwise", async () => {
    const { handler, seen } = tryLambda({ ask: [asked()] });
    const trace = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=";
    for (const xRayTraceId of [`${trace}1`, `${trace}0`, "Root=1-x", undefined])
      await handler(call, { ...context, xRayTraceId });
    const continued = "00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01";
    expect(seen.map(({ traceparent }) => traceparent === continued)).toEqual([true, false, false, false]);
  });

  it("reads the environment's trace only where one runs at a time", async () => {
    const { handler, seen } = tryLambda({ ask: [asked()] });
    process.env["_X_AMZN_TRACE_ID"] =
      "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";
    try {
      await handler(call, context);
      process.env["AWS_LAMBDA_MAX_CONCURRENCY"] = "10";
      await handler(call, context);
    } finally {
      delete process.env["_X_AMZN_TRACE_ID"];
      delete process.env["AWS_LAMBDA_MAX_CONCURRENCY"];
    }
    expect(seen.map(({ traceparent }) => traceparent.startsWith("00-5759e988"))).toEqual([true, false]);
  });

  it("keeps those that run at once apart", async () => {
    const { handler } = tryLambda({
      ask: [asked(), async ({ data }) => new Promise((resolve) => setTimeout(resolve, 20 - data, data))],
    });
    const inputs = Array.from({ length: 20 }, (_, at) => at);
    expect(await Promise.all(inputs.map((input) => handler({ ...call, input }, context)))).toEqual(inputs);
  });
});

describe("the runtime", () => {
  it("imports no SDK, and nothing at load but core and its own files", () => {
    const folder = join(import.meta.dirname, "../../src/aws-lambda");
    const runtime = readdirSync(folder).filter((name) => name.endsWith(".ts") && name !== "platform.ts");
    const imported = runtime.flatMap((name) => {
      const text = readFileSync(join(folder, name), "utf8");
      return [...text.matchAll(/(?:from|import\() ?"([^"]+)"/g)].map(([, specifier = ""]) => specifier);
    });
    const outside = imported.filter((specifier) => !specifier.startsWith("."));
    expect([...new Set(outside)].sort()).toEqual([
      "@faasade/core",
      "@faasade/core/adapter",
      "@faasade/core/cloudevents",
    ]);
    expect(imported.filter((specifier) => /^\.\/(manifest|platform\.ts)/.test(specifier))).toEqual([]);
  });

  it("loads no function before its first event", () => {
    let loads = 0;
    const trigger = schedule("0 6 * * *");
    const load = async () => {
      loads += 1;
      return Promise.reject(new Error("not asked for"));
    };
    adapt({ app: "suite", functions: [{ name: "tick", trigger, load }], drivers: {} });
    expect(loads).toBe(0);
  });
});
