// Every event family of AWS Lambda, for the built artefact: a zip inside the runtime client, an image inside the emulator.
import { expect, it } from "vitest";
import type { Answer } from "../conformance/column.ts";
import { messageWays, objectWays, scheduleWays } from "../conformance/columns/aws-lambda/events.ts";
import { httpWays } from "../conformance/columns/aws-lambda/http.ts";
import { awsLambda } from "../conformance/columns/aws-lambda/index.ts";
import { type LambdaReply, startLambda } from "./aws-lambda.ts";
import { startLambdaEmulator } from "./aws-lambda-emulator.ts";
import { buildSuite } from "./built.ts";
import { describeInside, type RuntimePart } from "./installed.ts";
import { type Inside, type Runtime, triggerCases } from "./trigger-cases.ts";

const ways = { schedule: scheduleWays, call: awsLambda.call, object: objectWays, message: messageWays };

interface Started {
  invoke(event: unknown): Promise<Pick<LambdaReply, "status" | "payload" | "error">>;
  logs(): string;
  stop(signal?: NodeJS.Signals): Promise<unknown>;
}

function inside(lambda: Started): Inside {
  return {
    async deliver(native): Promise<Answer> {
      const { status, payload, error } = await lambda.invoke(native);
      return status === "succeeded"
        ? { value: JSON.parse(String(payload)) }
        : { thrown: { name: error?.errorType, message: error?.errorMessage } };
    },
    logs: lambda.logs,
    stop: () => lambda.stop("SIGKILL"),
  };
}

const runtimes: readonly (readonly [string, readonly RuntimePart[], Runtime])[] = [
  [
    "aws-lambda, as a zip inside aws-lambda-ric",
    ["npm"],
    {
      target: "aws-lambda",
      packaging: "zip",
      topics: "sns",
      start: async (folder, environment) =>
        inside(await startLambda({ folder, handler: "index.handler", timeoutSeconds: 30, environment })),
    },
  ],
  [
    "aws-lambda, what its image holds inside AWS's emulator",
    ["npm", "python"],
    {
      target: "aws-lambda",
      packaging: "image",
      topics: "sns",
      start: async (folder, environment) =>
        inside(
          await startLambdaEmulator({ folder, handler: "index.handler", timeoutSeconds: 30, environment }),
        ),
    },
  ],
];

for (const [title, parts, runtime] of runtimes)
  describeInside(title, parts, () => {
    triggerCases(runtime, ways);

    it("answers requests, byte for byte, by every way in", async () => {
      const built = await buildSuite("suite", runtime.target, runtime.packaging);
      const lambda = await runtime.start(await built.artefact("suite"), {});
      try {
        const body = Uint8Array.from({ length: 1024 }, (_, at) => at % 256);
        for (const way of httpWays) {
          const reply = way.decode(
            await lambda.deliver(way.encode({ method: "PUT", path: "/echo/a%20b", body })),
          );
          expect([way.title, reply.status, Buffer.from(reply.body).equals(body)]).toEqual([
            way.title,
            200,
            true,
          ]);
        }
      } finally {
        await lambda.stop();
        await built.remove();
      }
    }, 120_000);
  });
