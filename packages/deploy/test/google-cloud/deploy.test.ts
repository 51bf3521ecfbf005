// Google Cloud, there and back, against a double of gcloud that keeps what was created.
// Needs apps/hello.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { knownErrors } from "../../src/google-cloud/errors.ts";
import { target } from "../../src/google-cloud/target.ts";
import { explain } from "../../src/shared/explain.ts";
import { type Double, killedAt, openDouble } from "../double.ts";

const minutes = 60_000;
const place = { project: "acme", region: "europe-west1" };
let double: Double;
beforeAll(async () => {
  double = await openDouble({
    app: "hello",
    target,
    place,
    tools: {
      gcloud: join(import.meta.dirname, "gcloud.ts"),
      docker: 'echo "docker $*" >> "$DOUBLE_FOLDER/pushed"',
    },
  });
}, 2 * minutes);
afterAll(() => double.dispose());

const services = ["hello-demo", "hello-demo-events"];
const standing = (): string[] =>
  double
    .state<{ kind: string; name: string }>()
    .map(({ kind, name }) => `${kind} ${name}`)
    .sort();
const whole = [
  "artifacts repositories hello-demo",
  ...["hello-demo", "hello-demo-events", "hello-demo-sender"].map((name) => `iam service-accounts ${name}`),
  ...services.map((name) => `run services ${name}`),
  "scheduler jobs hello-demo-tick",
];

describe("a deployment", () => {
  it(
    "creates what the script says, remembers itself, and changes nothing the second time",
    async () => {
      const plan = await double.plan();
      expect(plan.changes.every(({ what }) => what === "create")).toBe(true);
      const first = await double.deploy();
      expect(standing()).toEqual(whole.toSorted());
      expect(first.ledger).toMatchObject({
        build: expect.stringMatching(/^[0-9a-f]{64}$/),
        state: "deployed",
        unit: "app",
      });
      expect(first.ledger.url).toBe("https://hello-demo-123456789012.europe-west1.run.app");
      double.forgetCalls();
      const second = await double.deploy();
      expect(second).toMatchObject({ unchanged: true, steps: [] });
      expect(double.calls().filter((words) => !words.includes("list"))).toEqual([]);
      const { left } = await double.destroy(true);
      expect({ left, standing: standing() }).toEqual({ left: [], standing: [] });
    },
    3 * minutes,
  );

  it(
    "ends in the same state when it was killed before any of its steps and run again",
    async () => {
      const names = (await double.plan()).steps.map(({ name }) => name);
      expect(names).toEqual(
        expect.arrayContaining(["repository", "push-hello", "settings", "remember-hello-demo"]),
      );
      for (const name of names) await expect(double.deploy(killedAt(name)), name).rejects.toThrow("killed");
      await double.deploy();
      expect(standing()).toEqual(whole.toSorted());
    },
    5 * minutes,
  );

  it(
    "makes again what was removed by hand",
    async () => {
      spawnSync("gcloud", ["run", "services", "delete", "hello-demo-events"], { env: process.env });
      expect((await double.plan()).changes).toContainEqual(
        expect.objectContaining({ what: "create", name: "hello-demo-events" }),
      );
      await double.deploy();
      expect(standing()).toEqual(whole.toSorted());
    },
    3 * minutes,
  );

  it(
    "is taken away whole, killed before any of its steps and run again",
    async () => {
      const names = (await double.planDestruction(true)).steps.map(({ name }) => name);
      for (const name of names)
        await expect(double.destroy(true, killedAt(name)), name).rejects.toThrow("killed");
      const { left } = await double.destroy(true);
      expect({ left, standing: standing() }).toEqual({ left: [], standing: [] });
    },
    3 * minutes,
  );
});

describe("its commands", () => {
  it(
    "run as they are printed, in a shell, and come to the same",
    async () => {
      const { steps } = await double.plan();
      const text = steps.map(({ command }) => command).join("\n");
      const { status, stderr } = spawnSync("sh", ["-s"], { input: text, encoding: "utf8", env: process.env });
      expect({ status, stderr }).toMatchObject({ status: 0 });
      expect(standing()).toEqual(whole.toSorted());
      const going = (await double.planDestruction(true)).steps.map(({ command }) => command).join("\n");
      expect(spawnSync("sh", ["-s"], { input: going, encoding: "utf8", env: process.env }).status).toBe(0);
      expect(standing()).toEqual([]);
    },
    3 * minutes,
  );
});

describe("what is checked", () => {
  beforeEach(() => {
    delete process.env["GCLOUD_REFUSES"];
  });

  it(
    "names gcloud, who is signed in, project and region",
    async () => {
      const checks = await target.checks(place);
      expect(checks.map(({ name, state }) => `${name} ${state}`)).toEqual([
        "gcloud ok",
        "Credentials ok",
        "Project ok",
        "Region ok",
        "Push of images ok",
      ]);
      expect(await target.checks({})).toContainEqual(
        expect.objectContaining({ name: "Project", state: "wrong" }),
      );
    },
    minutes,
  );

  it("is refused without a project, with what would do", async () => {
    const id = { app: "hello", stage: "demo", platform: "google-cloud", name: "hello-demo" };
    await expect(target.look(id, {})).rejects.toThrow("--place project=<id>");
  });

  it(
    "is explained when a step fails",
    async () => {
      process.env["GCLOUD_REFUSES"] =
        "services replace => ERROR: (gcloud.run.services.replace) PERMISSION_DENIED: Permission 'run.services.create' denied";
      await expect(double.deploy()).rejects.toThrow(
        /Cannot run "The services" of deploy\.sh: this account may not do that\. infra\/gcp/,
      );
      delete process.env["GCLOUD_REFUSES"];
      await double.destroy(true);
    },
    2 * minutes,
  );
});

describe("what gcloud says", () => {
  // Its real words.
  it.each([
    ["You do not currently have an active account selected.", "gcloud auth login"],
    [
      "ERROR: (gcloud.run.services.list) There was a problem refreshing your current auth tokens: Reauthentication failed.",
      "gcloud auth login",
    ],
    [
      "google.auth.exceptions.RefreshError: ('invalid_grant: Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat and exp values in the JWT claim.')",
      "clock right",
    ],
    [
      "ERROR: (gcloud.run.services.list) The required property [project] is not currently set.",
      "--place project",
    ],
    [
      "ERROR: (gcloud.projects.describe) User [dev@example.org] does not have permission to access projects instance [acme] (or it may not exist)",
      "gcloud projects list",
    ],
    [
      "ERROR: (gcloud.storage.buckets.create) HTTPError 409: The requested bucket name is not available. The bucket namespace is shared by all users of the system.",
      "<STORE>_BUCKET",
    ],
    [
      "ERROR: (gcloud.services.enable) FAILED_PRECONDITION: Billing account for project '1' is not found. Billing must be enabled for activation of service(s)",
      "gcloud billing",
    ],
    ["ERROR: (gcloud.run.services.replace) Image 'europe-docker.pkg.dev/a/b/c:d' not found.", "pushes it"],
    [
      "ERROR: (gcloud.run.services.list) RESOURCE_EXHAUSTED: Quota exceeded for quota metric 'Write requests'",
      "iam-admin/quotas",
    ],
    [
      "ERROR: gcloud crashed (ConnectionError): HTTPSConnectionPool(host='run.googleapis.com', port=443): Max retries exceeded with url",
      "--run-diagnostics",
    ],
    ["spawn gcloud ENOENT", "cloud.google.com/sdk"],
  ])("%s", (said, fix) => {
    expect(explain("deploy it", said, knownErrors).message).toContain(fix);
  });
});
