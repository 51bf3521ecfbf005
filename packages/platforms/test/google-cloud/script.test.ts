// The script that deploys, run by a real shell against a stand-in for gcloud.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { notProved } from "../../../../tools/not-proved.ts";
import { everyTrigger } from "../manifest/every-trigger.ts";
import { hostile, operator, prepare } from "./deploy.ts";
import { deploymentOf, guarded } from "./deployments.ts";

const pubsubOnly = { temperatures: "pubsub" };

/** Shells that a script for `sh` may meet. */
const shells = ["/bin/sh", "/bin/dash", "/bin/bash"].filter((shell) => existsSync(shell));

const verbs = (commands: readonly (readonly string[])[], verb: string) =>
  commands.filter((words) => words.includes(verb)).map((words) => words.join(" "));

if (shells.length === 0) notProved("deploy.sh", "there is no sh here", "run the tests where there is one");

describe.runIf(shells.length > 0)("deploy.sh", () => {
  it.each(shells)(
    "creates everything once, and brings it up to date when it is run again, by %s",
    async (shell) => {
      const script = await prepare(deploymentOf("shop", everyTrigger, { drivers: pubsubOnly }));
      const first = script.run(operator, shell);
      expect([first.status, first.stderr]).toEqual([0, ""]);
      const created = verbs(first.commands, "create");
      expect(created.filter((one) => one.startsWith("eventarc triggers"))).toHaveLength(3);
      expect(created.filter((one) => one.startsWith("pubsub subscriptions"))).toHaveLength(6);
      expect(created.filter((one) => one.startsWith("scheduler jobs"))).toHaveLength(1);
      const second = script.run(operator, shell);
      expect([second.status, second.stderr]).toEqual([0, ""]);
      expect(verbs(second.commands, "create")).toEqual([]);
      expect(verbs(second.commands, "replace")).toHaveLength(2);
      expect(verbs(second.commands, "update").length).toBeGreaterThanOrEqual(9);
    },
  );

  it("fills in what the operator says, whatever it is, as text", async () => {
    const script = await prepare(deploymentOf("shop", everyTrigger, { drivers: pubsubOnly }));
    expect(script.run().status).toBe(0);
    const { env, image } = script.seen("shop-test.yaml").spec.template.spec.containers[0];
    const values = Object.fromEntries(
      env.map((one: { name: string; value: unknown }) => [one.name, one.value]),
    );
    expect(values).toMatchObject({
      ISSUER: hostile,
      PAGE_SIZE: "20",
      PUBLIC_URL: "https://shop-test-123456789012.europe-west1.run.app",
      PRICE_URL: "https://shop-test-events-123456789012.europe-west1.run.app/.faasade/events/price",
      JOBS_URL: "pubsub://shop-test-jobs?project=acme",
    });
    expect(image).toBe(operator.SHOP_IMAGE);
  });

  it("keeps the defaults of settings, whatever they are", async () => {
    const variable = "GREETING";
    const settings = [{ variable, description: "What is\nsaid `id`.", default: hostile }];
    const functions = [{ ...guarded, settings }];
    const script = await prepare(deploymentOf("shop", functions));
    expect(script.run().status).toBe(0);
    const { env } = script.seen("shop-test.yaml").spec.template.spec.containers[0];
    expect(env.find((one: { name: string }) => one.name === variable)).toEqual({
      name: variable,
      value: hostile,
    });
  });

  it("uses what exists where the operator names it, and labels nothing that it did not make", async () => {
    const script = await prepare(deploymentOf("shop", everyTrigger, { drivers: pubsubOnly }));
    writeFileSync(
      script.state,
      `${readFileSync(script.state, "utf8")} storage buckets gs://mine\n pubsub topics theirs\n`,
    );
    const { status, commands } = script.run({ ...operator, INBOX_BUCKET: "mine", JOBS_TOPIC: "theirs" });
    expect(status).toBe(0);
    const changed = commands
      .map((words) => words.join(" "))
      .filter((one) => /storage buckets (create|update)/.test(one));
    expect(changed.join()).toContain("gs://acme-shop-test-exports");
    expect(changed.join()).not.toContain("gs://mine");
    expect(verbs(commands, "create").join("\n")).toMatch(
      /subscriptions create shop-test-work --topic=theirs/,
    );
  });

  it("labels the bucket that a run made and came no further, and no other that has no label", async () => {
    const script = await prepare(deploymentOf("shop", everyTrigger, { drivers: pubsubOnly }));
    const bucket = "gs://acme-shop-test-exports";
    writeFileSync(script.state, `${readFileSync(script.state, "utf8")} storage buckets ${bucket}\n`);
    const labelled = (environment: Readonly<Record<string, string>>): string[] =>
      verbs(script.run({ ...operator, ...environment }).commands, "update").filter((one) =>
        one.startsWith(`storage buckets update ${bucket} --update-labels`),
      );
    expect(labelled({ GCLOUD_LABELS: "" })).toHaveLength(1);
    expect(labelled({ GCLOUD_LABELS: "", GCLOUD_OBJECTS: `${bucket}/somebody's.txt` })).toEqual([]);
    expect(labelled({})).toEqual([]);
  });

  it("names a secret by reference, and never its value", async () => {
    const script = await prepare(deploymentOf("shop", everyTrigger, { drivers: pubsubOnly }));
    script.run();
    const { env } = script.seen("shop-test.yaml").spec.template.spec.containers[0];
    expect(env.find((one: { name: string }) => one.name === "LEDGER_URL")).toEqual({
      name: "LEDGER_URL",
      valueFrom: { secretKeyRef: { name: "shop-test-ledger-url", key: "latest" } },
    });
  });

  it.each([
    ["a setting without a default", { ...operator, ISSUER: "" }, /ISSUER is not set\. Who signs/],
    ["the image", { ...operator, SHOP_IMAGE: "" }, /SHOP_IMAGE is not set/],
    ["the project", { ...operator, PROJECT_ID: "" }, /PROJECT_ID is not set/],
  ])("stops before it changes anything without %s", async (_what, environment, says) => {
    const script = await prepare(deploymentOf("shop", everyTrigger, { drivers: pubsubOnly }));
    const { status, stderr, commands } = script.run(environment);
    expect(status).toBe(1);
    expect(stderr).toMatch(says);
    expect(commands.filter(([group]) => group !== "projects")).toEqual([]);
  });

  it("stops before any service without a secret, and says how to store it", async () => {
    const script = await prepare(deploymentOf("shop", everyTrigger, { drivers: pubsubOnly }));
    writeFileSync(script.state, "");
    const { status, stderr, commands } = script.run();
    expect([status, verbs(commands, "replace")]).toEqual([1, []]);
    expect(stderr).toMatch(
      /shop-test-hook-secret has no version.*\n.*gcloud secrets create shop-test-hook-secret/,
    );
  });

  it("deploys from source in the framework's packaging, with the environment in a file", async () => {
    const script = await prepare(
      deploymentOf("shop", everyTrigger, { packaging: "functions-framework", drivers: pubsubOnly }),
    );
    const { status, stderr, commands } = script.run();
    expect([status, stderr]).toEqual([0, ""]);
    const deployed = commands.map((words) => words.join(" ")).filter((one) => one.startsWith("run deploy"));
    expect(deployed).toHaveLength(2);
    for (const one of deployed)
      expect(one).toMatch(
        /--source=shop --function=faasade --base-image=nodejs24 .*--no-allow-unauthenticated/,
      );
    expect(deployed[0]).toContain(
      "--set-secrets=HOOK_SECRET=shop-test-hook-secret:latest,LEDGER_URL=shop-test-ledger-url:latest",
    );
    expect(script.seen("shop-test.env.yaml")).toMatchObject({
      FAASADE_SERVE: "http",
      ISSUER: hostile,
      PAGE_SIZE: "20",
      IGNORED_ROUTES: "",
    });
    expect(readdirSync(join(script.folder, "seen")).sort()).toEqual([
      "shop-test-events.env.yaml",
      "shop-test.env.yaml",
    ]);
  });
});
