import { existsSync } from "node:fs";
import { join } from "node:path";
import type { FunctionDescription } from "@faasade/core/adapter";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toBicep } from "../../src/azure-functions/manifest/bicep.ts";
import { ManifestRefusal } from "../../src/shared/refusal.ts";
import { anyApp } from "../manifest/any-app.ts";
import { appNames, functionsOfApp } from "../manifest/apps.ts";
import { describe as fn, grant, route } from "../manifest/every-trigger.ts";
import { bicepOf, deploymentOf, everyDriver, everyTriggerHere, filesOf, inUtc } from "./deployments.ts";
import { checkDeployment } from "./invariants.ts";
import { mentioned, readBicep } from "./read-bicep.ts";

const packagings = ["v4", "custom-handler"];
const drivers = everyDriver;

describe("the manifest of Azure Functions", () => {
  it.each(packagings)("is the golden file for an app with every trigger, as %s", async (packaging) => {
    for (const [path, content] of filesOf(deploymentOf("shop", everyTriggerHere, { packaging, drivers }))) {
      const text = typeof content === "string" ? content : `${JSON.stringify(content, null, 2)}\n`;
      await expectGolden(`${packaging}/${path.replaceAll("/", "-")}`, text);
    }
  });

  it.each(appNames())("keeps its promises for %s, or says what is missing", async (app) => {
    const functions = await functionsOfApp(app);
    for (const packaging of packagings) {
      try {
        checkDeployment(deploymentOf(app, functions, { packaging }));
      } catch (error) {
        if (!(error instanceof ManifestRefusal)) throw error;
        expect(error.message).toMatch(/^Cannot deploy .* to Azure Functions: .+\. .+\.$/s);
      }
    }
  });

  it.each(packagings)("keeps its promises for an app with every trigger, as %s", (packaging) => {
    checkDeployment(deploymentOf("shop", everyTriggerHere, { packaging, drivers }));
  });

  it("keeps its promises for any app", () => {
    fc.assert(
      fc.property(anyApp, fc.constantFrom(...packagings), (functions, packaging) => {
        checkDeployment(deploymentOf("any", functions.map(inUtc), { packaging }));
      }),
      { numRuns: 150 },
    );
  });

  it.each(packagings)("has names that fit, however long and short they are, as %s", (packaging) => {
    const long = everyTriggerHere.map((one, at) => ({ ...one, name: `${"long-".repeat(20)}${at}` }));
    const short = everyTriggerHere.map((one, at) => ({ ...one, name: String.fromCharCode(97 + at) }));
    checkDeployment(deploymentOf("a".repeat(41), long, { packaging, drivers }));
    checkDeployment(deploymentOf("b", short, { packaging, drivers, stage: "t" }));
  });

  it("is the same for the same deployment", () => {
    const deployment = deploymentOf("shop", everyTriggerHere, { drivers });
    expect(bicepOf(deployment)).toBe(bicepOf(deployment));
  });

  it("asks Event Grid for what each function waits for, and for its dead letters", () => {
    const bicep = bicepOf(deploymentOf("shop", everyTriggerHere, { drivers }));
    const [, subscription = ""] = bicep.split("resource importFileSubscription");
    for (const part of [
      "'Microsoft.Storage.BlobCreated'",
      `subjectBeginsWith: '/blobServices/default/containers/\${inboxStore.name}/blobs/'`,
      "operatorType: 'StringEndsWith'",
      "blobContainerName: 'dead-letters'",
      "maxDeliveryAttempts: 5",
    ])
      expect(subscription.split("\nresource ")[0]).toContain(part);
    const [, removed = ""] = bicep.split("resource forgetFileSubscription");
    expect(removed.split("\nresource ")[0]).toContain("maxDeliveryAttempts: 1");
  });

  it("waits for a queue's message as long as its function may take", () => {
    const bicep = bicepOf(deploymentOf("shop", everyTriggerHere, { drivers }));
    expect(bicep).toMatch(/maxDeliveryCount: 7\n {4}lockDuration: 'PT30S'/);
    // The slowest takes 900 s.
    expect(bicep).toContain("name: 'AzureFunctionsJobHost__functionTimeout'\n          value: '00:15:30'");
  });
});

describe("what is refused", () => {
  const refusal = (functions: readonly FunctionDescription[], choices = {}): string => {
    try {
      filesOf(deploymentOf("shop", functions, choices));
    } catch (error) {
      if (error instanceof ManifestRefusal) return error.message;
      throw error;
    }
    return "";
  };
  const scheduled = (timeZone: string) =>
    fn({ name: "nightly", trigger: { kind: "schedule", cron: "0 6 * * *", timeZone, misfire: "once" } });
  const page = (path: string) =>
    fn({ name: "page", trigger: { kind: "http", routes: [route("GET", path)] } });
  const onObject = fn({
    name: "import",
    trigger: { kind: "object", store: "inbox", change: "created" },
    grants: [grant("object-store", "inbox", "trigger")],
  });
  const taker = (name: string) =>
    fn({
      name,
      trigger: { kind: "message", source: "jobs", sourceKind: "queue", format: "raw" },
      grants: [grant("queue", "jobs", "trigger")],
    });

  it.each([
    ["a time zone but UTC", refusal([scheduled("Europe/Berlin")]), "Write the schedule in UTC"],
    ["objects of S3", refusal([onObject], { drivers: { inbox: "s3" } }), "azure-blob driver"],
    ["messages of a table", refusal([taker("take")], { drivers: { jobs: "sql" } }), "service-bus driver"],
    [
      "a driver that nobody knows",
      refusal([taker("take")], { drivers: { jobs: "sqs" } }),
      "one of: service-bus",
    ],
    ["two takers of a queue", refusal([taker("one"), taker("two")]), "Give each a queue"],
    ["a path of the host's own", refusal([page("/admin/users")]), "custom-handler"],
    [
      "a folder that is taken",
      refusal([taker("shop")], { packaging: "custom-handler" }),
      "Rename the function",
    ],
    [
      "a function called api",
      refusal([taker("api")], { packaging: "custom-handler" }),
      "Rename the function",
    ],
    ["a local driver", refusal([onObject], { drivers: { inbox: "file" } }), "Build it with"],
    ["a stage that is no label", refusal([page("/x")], { stage: "Test_1" }), "plainer name"],
    ["a name that is too long", refusal([page("/x")], { stage: "s".repeat(42) }), "shorter"],
    ["a packaging that is none", refusal([page("/x")], { packaging: "zip" }), "one of: v4"],
  ])("%s", (_, message, instead) => {
    expect(message).toMatch(/^Cannot deploy .+ to Azure Functions: .+\. .+\.$/s);
    expect(message).toContain(instead);
  });

  it("offers only drivers that would do", () => {
    expect(refusal([taker("take")], { drivers: { jobs: "sqs" } })).toMatch(
      /one of: service-bus, storage-queue, event-hubs, iot-hub\.$/,
    );
  });

  it("is not what differs by its packaging alone", () => {
    expect(refusal([page("/admin/users")], { packaging: "custom-handler" })).toBe("");
    for (const zone of ["UTC", "Etc/UTC", "GMT"]) expect(refusal([scheduled(zone)])).toBe("");
  });
});

describe("Bicep", () => {
  it("holds any text as it is", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        const { variables } = readBicep(`var one = ${toBicep(text.replaceAll("\u2028", ""))}\n`);
        expect(mentioned(variables.get("one") ?? "")).toEqual([]);
      }),
    );
    expect(toBicep(`it's \${not} \\ \n`)).toBe(`'it\\'s \\\${not} \\\\ \\n'`);
  });

  it.each([
    ["a bracket that is left open", "var a = {\n  b: [\n}\n"],
    ["a symbol that is declared twice", "var a = 1\n\nparam a string\n"],
    ["a text without an end", "var a = 'b\n"],
    ["a resource without a version", "resource a 'Microsoft.Web/sites' = {\n  name: 'b'\n}\n"],
    ["what is no part", "thing a = 1\n"],
  ])("%s would be seen", (_, text) => {
    expect(() => readBicep(text)).toThrow();
  });

  it("is seen through: what is mentioned within texts, too", () => {
    const text = ` = '\${a.b}-\${c('d', e)}' {\n  f: g.h\n  i: true\n}`;
    expect(mentioned(text).sort()).toEqual(["a", "e", "g"]);
  });
});

/** Compares with what is kept in `golden/`; `vitest -u` writes it anew. */
async function expectGolden(name: string, text: string): Promise<void> {
  const file = join(import.meta.dirname, "golden", `${name}.golden`);
  if (process.env["CI"] !== undefined) expect(existsSync(file), `${file} is missing`).toBe(true);
  await expect(text).toMatchFileSnapshot(file);
}
