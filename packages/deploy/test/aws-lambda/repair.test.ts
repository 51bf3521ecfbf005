// A stack in every state in which one finds it after something went wrong: deployed, and destroyed.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BuildResult } from "@faasade/build";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { AwsStanding } from "../../src/aws-lambda/standing.ts";
import { target } from "../../src/aws-lambda/target.ts";
import { deploy, destroy, planDeployment, planDestruction } from "../../src/index.ts";
import { type Stack, type StackDouble, stackName, startStackDouble } from "./stack-double.ts";

const id = { app: "shop", stage: "demo", platform: "aws-lambda", name: stackName };
const template = {
  Metadata: { Faasade: {} },
  Parameters: {
    LedgerUrl: { Type: "String", Description: "LEDGER_URL: where the ledger is." },
    Size: { Type: "String", Description: "SIZE: how large.", Default: "1" },
    Key: { Type: "String", Description: "KEY: known to nobody.", Default: "", NoEcho: true },
  },
  Resources: { Logs: { Type: "AWS::Logs::LogGroup", Properties: { LogGroupName: "shop" } } },
};
const former = { LedgerUrl: "jdbc:shop", Size: "2", Key: "****" };
const create = (parameters: object): string => `CreateChangeSet CREATE ${JSON.stringify(parameters)}`;
const update = `CreateChangeSet UPDATE ${JSON.stringify({ LedgerUrl: "previous", Size: "previous", Key: "previous" })}`;
const anew = ["DeleteStack", create({ LedgerUrl: "jdbc:shop", Size: "2" }), "ExecuteChangeSet"];
const changed = [update, "ExecuteChangeSet"];

let double: StackDouble;
let root: string;
let said: string[];
let environment: NodeJS.ProcessEnv;
beforeAll(async () => {
  double = await startStackDouble();
  environment = { ...process.env };
  const keys = { AWS_ACCESS_KEY_ID: "none", AWS_SECRET_ACCESS_KEY: "none" };
  Object.assign(process.env, keys, { AWS_EC2_METADATA_DISABLED: "true" });
});
afterAll(() => {
  process.env = environment;
  double.close();
});
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "faasade-repair-"));
  await writeFile(join(root, "template.yaml"), JSON.stringify(template));
  said = [];
});
afterEach(() => rm(root, { recursive: true, force: true }));

const progress = { starts: () => {}, says: (line: string) => void said.push(line) };

/** What stood before: the same app, deployed with all its parameters. */
function begin(status: string, next?: string): void {
  const text = JSON.stringify({
    ...template,
    Metadata: { Faasade: { Ledger: { app: "shop", stage: "demo" } } },
  });
  double.stack = { status, template: text, parameters: former, ...(next === undefined ? {} : { next }) };
  double.asked.length = 0;
  double.outcomes = {};
  double.events = [];
}

const place = () => ({ region: "eu-central-1", endpoint: double.url });

async function plan() {
  const build = {
    ...{ app: "shop", stage: "demo", platform: "aws-lambda", packaging: "zip", unit: "function" },
    ...{ folder: root, artefacts: [], functions: [], resources: [], manifest: [], notes: [] },
  } as unknown as BuildResult;
  return planDeployment({ target, id, build, place: place(), values: {} });
}

const run = async () => deploy(root, target, place(), await plan(), progress);

async function remove() {
  const request = { target, id, place: place(), deleteData: true };
  return destroy(root, request, await planDestruction(request), undefined, progress);
}

describe("a deployment onto a stack", () => {
  it.each([
    ["ROLLBACK_COMPLETE", undefined, anew],
    ["ROLLBACK_FAILED", undefined, anew],
    ["CREATE_FAILED", undefined, anew],
    ["DELETE_FAILED", undefined, anew],
    ["ROLLBACK_IN_PROGRESS", "ROLLBACK_COMPLETE", anew],
    ["UPDATE_ROLLBACK_FAILED", undefined, ["ContinueUpdateRollback", ...changed]],
    ["UPDATE_FAILED", undefined, ["RollbackStack", ...changed]],
    ["UPDATE_ROLLBACK_COMPLETE", undefined, changed],
    ["CREATE_IN_PROGRESS", "CREATE_COMPLETE", changed],
    ["UPDATE_IN_PROGRESS", "UPDATE_COMPLETE", changed],
    ["UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "UPDATE_COMPLETE", changed],
    ["UPDATE_ROLLBACK_IN_PROGRESS", "UPDATE_ROLLBACK_COMPLETE", changed],
    ["REVIEW_IN_PROGRESS", undefined, anew.slice(1)],
  ])("that is %s ends with one that stands", async (status, next, asked) => {
    begin(status, next);
    await run();
    expect(double.asked).toEqual(asked);
    expect(double.stack?.status).toMatch(/^(CREATE|UPDATE)_COMPLETE$/);
  });

  it("of the other packaging that never stood removes it first", async () => {
    begin("ROLLBACK_COMPLETE");
    double.stack = { ...(double.stack as Stack), name: `${stackName}-web` };
    const commands = (await plan()).steps.map(({ command }) => command).join("\n");
    expect(commands).toMatch(
      /delete-stack --stack-name shop-demo-web [\s\S]*--stack-name shop-demo .*CREATE/,
    );
    expect(commands).not.toMatch(/delete-stack --stack-name shop-demo /);
    await run();
    expect(double.asked).toEqual(anew);
    expect(double.stack).toMatchObject({ name: stackName, status: "CREATE_COMPLETE" });
  });

  it("that only its deletion repairs is planned as made anew, and prints that", async () => {
    begin("ROLLBACK_COMPLETE");
    const { changes, steps } = await plan();
    expect(changes).toEqual([{ what: "create", type: "AWS::Logs::LogGroup", name: "Logs" }]);
    const commands = steps.map(({ command }) => command).join("\n");
    expect(commands).toMatch(/delete-stack[\s\S]*--change-set-type CREATE[\s\S]*stack-create-complete/);
    expect(commands).not.toContain("UsePreviousValue");
  });

  it("whose way back fails again says what failed, and what would help", async () => {
    begin("UPDATE_ROLLBACK_FAILED");
    double.outcomes = { ContinueUpdateRollback: "UPDATE_ROLLBACK_FAILED" };
    double.events = ["UPDATE_FAILED AWS::Lambda::Function Sell: The role is gone."];
    await expect(run()).rejects.toThrow(
      /^Cannot repair the stack shop-demo: an update failed, and so did the way back \(it is UPDATE_ROLLBACK_FAILED: UPDATE_FAILED AWS::Lambda::Function Sell: The role is gone\)\. .*repair what the event names/,
    );
    expect(double.asked).toEqual(["ContinueUpdateRollback"]);
  });

  it("that is rolled back says what failed, and the next one makes it anew", async () => {
    begin("CREATE_COMPLETE");
    double.stack = undefined;
    const failing = async () => {
      double.outcomes = { ExecuteChangeSet: "ROLLBACK_COMPLETE" };
      double.events = [
        "CREATE_FAILED AWS::Lambda::Function Sell: The role defined for the function cannot be assumed by Lambda.",
        "CREATE_FAILED AWS::Logs::LogGroup Logs: Resource creation cancelled",
      ];
      const values = { LEDGER_URL: "jdbc:shop" };
      const planned = await plan();
      const wanted = { ...planned.wanted, values };
      const steps = await target.deploying(wanted, planned.standing, place());
      const { refusal: _, ...rest } = planned;
      return deploy(root, target, place(), { ...rest, wanted, steps }, progress);
    };
    const error = await failing().catch((one: Error) => one);
    expect(String(error)).toMatch(/a role cannot be assumed \(it is ROLLBACK_COMPLETE: CREATE_FAILED .*Sell/);
    expect(String(error)).not.toContain("cancelled");
    double.outcomes = {};
    double.asked.length = 0;
    await run();
    expect(double.asked).toEqual(["DeleteStack", create({ LedgerUrl: "jdbc:shop" }), "ExecuteChangeSet"]);
  });
});

describe("a destruction of a stack", () => {
  it.each([
    ["ROLLBACK_COMPLETE"],
    ["ROLLBACK_FAILED"],
    ["UPDATE_ROLLBACK_FAILED"],
    ["UPDATE_FAILED"],
    ["DELETE_FAILED"],
    ["REVIEW_IN_PROGRESS"],
    ["CREATE_IN_PROGRESS", "CREATE_COMPLETE"],
    ["UPDATE_IN_PROGRESS", "UPDATE_COMPLETE"],
    ["UPDATE_ROLLBACK_IN_PROGRESS", "UPDATE_ROLLBACK_FAILED"],
    ["ROLLBACK_IN_PROGRESS", "ROLLBACK_COMPLETE"],
  ])("that is %s leaves nothing", async (status, next?: string) => {
    begin(status, next);
    expect((await remove()).left).toEqual([]);
    expect(double.asked).toEqual(["DeleteStack"]);
    expect(double.stack).toBeUndefined();
  });

  it("of the other packaging leaves nothing of it, also where one of this packaging stands", async () => {
    begin("ROLLBACK_COMPLETE");
    double.stack = { ...(double.stack as Stack), name: `${stackName}-web` };
    expect((await remove()).left).toEqual([]);
    expect(double.asked).toEqual(["DeleteStack"]);
    begin("UPDATE_COMPLETE");
    const standing: AwsStanding = await target.look(id, place());
    const others = [{ StackName: `${stackName}-web`, StackStatus: "ROLLBACK_COMPLETE" }] as unknown as [];
    const steps = await target.destroying(id, { ...standing, others } as AwsStanding, place(), {
      deleteData: false,
    });
    expect(steps.map(({ name }) => name).filter((name) => name.startsWith("delete-stack"))).toEqual([
      "delete-stack-shop-demo",
      "delete-stack-shop-demo-web",
    ]);
  });

  it("that is being deleted already waits for that", async () => {
    begin("DELETE_IN_PROGRESS", "DELETE_COMPLETE");
    expect((await remove()).left).toEqual([]);
    expect(double.asked).toEqual([]);
  });

  it("that will not go says what holds it, and goes when that is repaired", async () => {
    begin("UPDATE_COMPLETE");
    double.outcomes = { DeleteStack: "DELETE_FAILED" };
    double.events = [
      "DELETE_FAILED AWS::IAM::Role Role: Cannot delete entity, must detach all policies first.",
    ];
    await expect(remove()).rejects.toThrow(
      /something of the stack would not go \(it is DELETE_FAILED: DELETE_FAILED AWS::IAM::Role Role: .*detach all policies first\)\. Repair or remove/,
    );
    double.outcomes = {};
    expect((await remove()).left).toEqual([]);
  });
});
