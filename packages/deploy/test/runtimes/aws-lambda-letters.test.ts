// invoke and dead-letters of the command on a stage on AWS: queues in moto, the function in Lambda's own runtime client.
// Needs apps/hello.
import { mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { unzipSync } from "fflate";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Lambda, startLambda } from "../../../platforms/test/runtimes/aws-lambda.ts";
import { describeInside } from "../../../platforms/test/runtimes/installed.ts";
import { type AwsDouble, type Invocation, startAwsDouble } from "./aws-double.ts";
import { asked, command } from "./command.ts";
import { StageOf } from "./stage-of.ts";

const repository = fileURLToPath(new URL("../../../../", import.meta.url));
const on = ["--stage", "demo"];
const due = "2026-11-30T04:00:00Z";
const payload = {
  source: "aws.scheduler",
  "detail-type": "Scheduled Event",
  id: "one",
  time: due,
  detail: { job: "hello/tick", attempt: "1" },
};

interface Letters {
  readonly deadLetters: readonly { readonly id: string; readonly body: string }[];
}

describeInside("letters of a stage on AWS", ["python", "npm"], () => {
  let double: AwsDouble;
  let stage: StageOf;
  let lambda: Lambda;
  let folder: string;
  let invocations: Invocation[];

  beforeAll(async () => {
    double = await startAwsDouble();
    stage = await StageOf.of(double, { app: "hello" });
    await stage.run({ what: "deploy" });
    // What the command describes of the app.
    for (const name of ["package.json", "src"])
      await symlink(join(repository, "apps/hello", name), join(stage.root, "apps/hello", name));
    await symlink(join(repository, "node_modules"), join(stage.root, "node_modules"), "junction");
    folder = await mkdtemp(join(tmpdir(), "faasade-tick-"));
    const zip = new Uint8Array(await readFile(join(stage.build.folder, "tick.zip")));
    for (const [path, bytes] of Object.entries(unzipSync(zip))) await writeFile(join(folder, path), bytes);
    lambda = await startLambda({ folder, handler: "index.handler", timeoutSeconds: 30 });
    invocations = [];
    double.invoke = (call) => {
      invocations.push(call);
      return lambda.invoke(call.payload);
    };
  }, 180_000);
  afterAll(async () => {
    await lambda?.stop("SIGKILL");
    await double?.stop();
    await stage?.dispose();
    await rm(folder, { recursive: true, force: true });
  });

  /** As Lambda puts down what it gave up. */
  async function giveUp(requestPayload: object): Promise<void> {
    const functionArn = "arn:aws:lambda:eu-central-1:123456789012:function:hello-demo-tick:$LATEST";
    await double.moto.query("sqs", "SendMessage", {
      QueueUrl: "https://sqs.eu-central-1.amazonaws.com/123456789012/hello-demo-dead-letters",
      MessageBody: JSON.stringify({
        requestContext: { functionArn, condition: "RetriesExhausted" },
        requestPayload,
        responsePayload: { errorType: "unavailable", errorMessage: "The store is away." },
      }),
    });
  }

  it("starts a schedule as if it were due, and says how it ended", async () => {
    const reply = await asked(stage.root, ["invoke", "tick", ...on], double.environment);
    expect(reply).toMatchObject({ ok: true });
    expect(invocations).toMatchObject([
      { functionName: "hello-demo-tick", isEvent: false, payload: { detail: { job: "hello/tick" } } },
    ]);
    expect(lambda.logs()).toContain('"function":"tick"');
  }, 60_000);

  it("says what a function that fails says, and ends with 1", async () => {
    const { invoke } = double;
    double.invoke = async () => ({
      ...{ status: "failed", headers: {}, payload: Buffer.alloc(0) },
      error: { errorType: "unavailable", errorMessage: "The store is away." },
    });
    const { code, said } = await command(stage.root, ["invoke", "tick", ...on], double.environment);
    double.invoke = invoke;
    expect({ code, said }).toMatchObject({ code: 1, said: expect.stringContaining("The store is away.") });
  }, 60_000);

  it("lists what was given up, shows it, and sends it back to its function", async () => {
    invocations.length = 0;
    await giveUp(payload);
    const { deadLetters } = await asked<Letters>(
      stage.root,
      ["dead-letters", "list", ...on],
      double.environment,
    );
    expect(deadLetters).toMatchObject([
      { queue: "hello/tick", reason: "The store is away.", body: JSON.stringify(payload) },
    ]);
    const id = deadLetters[0]?.id ?? "";
    const shown = await command(
      stage.root,
      ["dead-letters", "show", id.slice(0, 8), ...on],
      double.environment,
    );
    expect(shown).toMatchObject({ code: 0, said: expect.stringContaining(due) });
    const replayed = await asked(stage.root, ["dead-letters", "replay", id, ...on], double.environment);
    expect(replayed).toEqual({ replayed: 1 });
    expect(invocations).toEqual([{ functionName: "hello-demo-tick", payload, isEvent: true }]);
    expect(lambda.logs()).toContain(`"due":"${new Date(due).toISOString()}"`);
    expect(await asked(stage.root, ["dead-letters", "list", ...on], double.environment)).toEqual({
      deadLetters: [],
    });
    const again = await command(stage.root, ["dead-letters", "replay", id, ...on], double.environment);
    expect(again).toMatchObject({ code: 3, said: expect.stringContaining("no such dead letters") });
  }, 120_000);

  it("keeps what could not be sent back", async () => {
    await giveUp(payload);
    double.refuse = (call) =>
      /^lambda .*invocations$/.test(call)
        ? { status: 400, code: "TooManyRequestsException", message: "Rate exceeded" }
        : undefined;
    const { code } = await command(stage.root, ["dead-letters", "replay", ...on], {
      ...double.environment,
      AWS_MAX_ATTEMPTS: "1",
    });
    double.refuse = undefined;
    expect(code).toBe(1);
    const { deadLetters } = await asked<Letters>(
      stage.root,
      ["dead-letters", "list", ...on],
      double.environment,
    );
    expect(deadLetters).toHaveLength(1);
  }, 120_000);
});
