// Azure, there and back, against doubles of az and func that keep what was created.
// Needs apps/image-conversion.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { knownErrors } from "../../src/azure-functions/errors.ts";
import { target } from "../../src/azure-functions/target.ts";
import { parseTemplate } from "../../src/azure-functions/template.ts";
import { explain } from "../../src/shared/explain.ts";
import { type Double, killedAt, openDouble } from "../double.ts";

const minutes = 60_000;
const place = { location: "westeurope" };
const values = { clientId: "00000000-0000-0000-0000-000000000001", vaultName: "kept-here" };
let double: Double;
beforeAll(async () => {
  double = await openDouble({
    app: "image-conversion",
    target,
    place,
    values,
    tools: {
      az: join(import.meta.dirname, "az.ts"),
      func: 'echo "$PWD $*" >> "$DOUBLE_FOLDER/published"',
    },
  });
  spawnSync("az", ["keyvault", "secret", "set", "--name", "image-conversion-demo-image-signing-key"], {
    env: process.env,
  });
}, 3 * minutes);
afterAll(() => double.dispose());

interface Thing {
  readonly type: string;
  readonly name: string;
}
const beside = ["secret", "Microsoft.Resources/deployments"];
const standing = (): string[] =>
  double
    .state<Thing>()
    .filter(({ type }) => !beside.includes(type))
    .map(({ type, name }) => `${type} ${name}`)
    .sort();
const whole = [
  "Microsoft.EventGrid/systemTopics datax1",
  "Microsoft.Insights/components image-conversion-demo-insights-x1",
  "Microsoft.OperationalInsights/workspaces image-conversion-demo-logs-x1",
  "Microsoft.Resources/resourceGroups image-conversion-demo",
  "Microsoft.Storage/storageAccounts datax1",
  "Microsoft.Storage/storageAccounts hostx1",
  "Microsoft.Web/serverfarms image-conversion-demo-plan-x1",
  "Microsoft.Web/sites image-conversion-demo-site-x1",
];

describe("a deployment", () => {
  it(
    "says what somebody has to provide, and is refused without it",
    async () => {
      const { needs } = await double.plan();
      expect(needs.map(({ name, state }) => `${name} ${state}`)).toEqual([
        "vaultName there",
        "clientId there",
        "IMAGE_SIGNING_KEY there",
      ]);
      const asked = await target.needs(
        { ...(await double.plan()).wanted, values: {} },
        { state: "absent", resources: [] },
        place,
      );
      expect(asked.map(({ name, state }) => `${name} ${state}`)).toContain("vaultName missing");
    },
    minutes,
  );

  it(
    "creates what the template says, subscribes when the code is there, and changes nothing the second time",
    async () => {
      const first = await double.deploy();
      expect(standing()).toEqual(whole);
      expect(first.steps.map(({ name }) => name)).toEqual([
        "group",
        "template",
        "publish",
        "subscriptions",
        "remember",
      ]);
      expect(readFileSync(join(double.folder, "published"), "utf8")).toBe(
        `${double.build.folder} azure functionapp publish image-conversion-demo-site-x1 --no-build\n`,
      );
      // A URL that may hold a password is not remembered.
      expect(first.ledger.resources).toEqual({ PHOTOS_URL: "azure-blob://datax/photos" });
      expect(first.ledger.drivers).toMatchObject({ "object-store/photos": "azure-blob" });
      double.forgetCalls();
      expect(await double.deploy()).toMatchObject({ unchanged: true, steps: [] });
      expect(
        double
          .calls()
          .filter((words) => /create|delete|update|set/.test(words.join(" ").replace(/appsettings/, ""))),
      ).toEqual([]);
    },
    2 * minutes,
  );

  it(
    "is taken away but for its stores, which are named",
    async () => {
      const { left } = await double.destroy(false);
      expect(left.map(({ type }) => type).toSorted()).toEqual([
        "Microsoft.Resources/resourceGroups",
        "Microsoft.Storage/storageAccounts",
      ]);
      expect(left.every(({ holdsData }) => holdsData)).toBe(true);
      const after = await double.destroy(true);
      expect({ left: after.left, standing: standing() }).toEqual({ left: [], standing: [] });
    },
    2 * minutes,
  );

  it(
    "leaves a group in which something of somebody else's stands, and takes one with what Azure put there itself",
    async () => {
      const others = [
        "Microsoft.Storage/storageAccounts",
        "microsoft.alertsManagement/smartDetectorAlertRules",
      ];
      const [account = ""] = others;
      await double.deploy();
      for (const type of others)
        spawnSync("az", ["resource", "create", "--resource-type", type, "--name", "theirs"], {
          env: process.env,
        });
      expect((await double.destroy(true)).left).toEqual([]);
      expect(standing()).toEqual(
        [
          "Microsoft.Resources/resourceGroups image-conversion-demo",
          ...others.map((type) => `${type} theirs`),
        ].sort(),
      );
      spawnSync("az", ["resource", "delete", "--ids", `/s/${account}/theirs`], { env: process.env });
      expect((await double.destroy(true)).left).toEqual([]);
      expect(standing()).toEqual([]);
    },
    3 * minutes,
  );

  it(
    "ends in the same state when it was killed before any of its steps and run again",
    async () => {
      spawnSync("az", ["keyvault", "secret", "set", "--name", "image-conversion-demo-image-signing-key"], {
        env: process.env,
      });
      for (const { name } of (await double.plan()).steps)
        await expect(double.deploy(killedAt(name)), name).rejects.toThrow("killed");
      await double.deploy();
      expect(standing()).toEqual(whole);
      for (const { name } of (await double.planDestruction(true)).steps)
        await expect(double.destroy(true, killedAt(name)), name).rejects.toThrow("killed");
      const { left } = await double.destroy(true);
      expect({ left, standing: standing() }).toEqual({ left: [], standing: [] });
    },
    5 * minutes,
  );

  it(
    "runs as its commands are printed, in a shell",
    async () => {
      spawnSync("az", ["keyvault", "secret", "set", "--name", "image-conversion-demo-image-signing-key"], {
        env: process.env,
      });
      const text = (await double.plan()).steps.map(({ command }) => command).join("\n");
      const { status, stderr } = spawnSync("sh", ["-e"], { input: text, encoding: "utf8", env: process.env });
      expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
      expect(standing()).toEqual(whole);
      expect((await double.plan()).unchanged).toBe(true);
    },
    2 * minutes,
  );

  it("puts no secret on a command line", () => {
    const template = parseTemplate(
      "@description('LEDGER_URL: where it is.')\n@minLength(1)\n@secure()\nparam ledgerUrl string\n",
    );
    expect(template.parameters).toEqual([
      {
        name: "ledgerUrl",
        variable: "LEDGER_URL",
        description: "LEDGER_URL: where it is.",
        isSecret: true,
        isNeeded: true,
      },
    ]);
  });

  it(
    "is explained when a step fails",
    async () => {
      process.env["AZ_REFUSES"] =
        "group create => (LocationNotAvailableForResourceGroup) The provided location 'mars' is not available for resource group.";
      await double.destroy(true);
      const failing = double.deploy();
      await expect(failing).rejects.toThrow("az functionapp list-flexconsumption-locations");
      delete process.env["AZ_REFUSES"];
    },
    2 * minutes,
  );
});

describe("what is checked", () => {
  it(
    "names az, who is signed in, the subscription, Bicep and func",
    async () => {
      expect((await target.checks(place)).map(({ name, state }) => `${name} ${state}`)).toEqual([
        "az ok",
        "Credentials ok",
        "Subscription ok",
        "Location ok",
        "Bicep ok",
        "func ok",
      ]);
    },
    minutes,
  );
});

describe("what az and func say", () => {
  // Their real words.
  it.each([
    ["ERROR: Please run 'az login' to setup account.", "az login"],
    [
      "ERROR: AADSTS70043: The refresh token has expired or is invalid due to sign-in frequency checks",
      "az login",
    ],
    ["ERROR: AADSTS700024: Client assertion is not within its valid time range.", "clock right"],
    ["ERROR: (ResourceGroupNotFound) Resource group 'demo' could not be found.", "--place group"],
    [
      "ERROR: (MissingSubscriptionRegistration) The subscription is not registered to use namespace 'Microsoft.EventGrid'. See https://aka.ms/rps-not-found",
      "az provider register --namespace Microsoft.EventGrid",
    ],
    ["ERROR: (StorageAccountAlreadyTaken) The storage account named data1 is already taken.", "dataName"],
    [
      "ERROR: (AuthorizationFailed) The client 'x' does not have authorization to perform action 'Microsoft.Authorization/roleAssignments/write' over scope",
      "Role Based Access Control Administrator",
    ],
    [
      "ERROR: (QuotaExceeded) Operation results in exceeding approved Total Regional Cores quota.",
      "az quota",
    ],
    ["ERROR: (DeploymentActive) Unable to edit or replace deployment 'demo'", "az deployment group list"],
    ['Can\'t find app with name "demo-x"', "in a minute"],
    ["spawn func ENOENT", "azure-functions-core-tools"],
  ])("%s", (said, fix) => {
    expect(explain("deploy it", said, knownErrors).message).toContain(fix);
  });
});
