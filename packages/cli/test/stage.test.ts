// The commands on a stage: built functions of Google Cloud's packaging run here, gcloud is a double, stores are fauxqs.
// Needs apps/hello and apps/image-conversion.
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { type Ledger, writeLedger } from "@faasade/deploy";
import { type FauxqsServer, startFauxqs } from "fauxqs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTools, type Tools } from "../../deploy/test/tool-doubles.ts";
import { asked, Running, until } from "./faasade.ts";
import { repository } from "./fixture.ts";
import { within } from "./within.ts";

const root = realpathSync(mkdtempSync(join(tmpdir(), "faasade-stage-")));
const place = { root, data: join(root, "data") };
const stage = ["--stage", "demo"];
let tools: Tools;
let store: FauxqsServer;
const running: Running[] = [];
let environment: Record<string, string>;

function ledgerOf(app: string, more: Partial<Ledger>): Ledger {
  return {
    app,
    stage: "demo",
    platform: "google-cloud",
    packaging: "cloud-run",
    unit: "app",
    drivers: {},
    build: "0",
    at: new Date(0).toISOString(),
    state: "deployed",
    place: { project: "acme", region: "europe-west1" },
    resources: {},
    ...more,
  };
}

/** As Cloud Run would: the artefact that the build made, in a process of its own. */
async function serve(name: string): Promise<string> {
  const served = new Running({ root: repository, data: place.data }, ["run", name, "--as", "google-cloud"]);
  running.push(served);
  await served.until("Stop");
  return (/Requests +(\S+)/.exec(served.stdout)?.[1] ?? "").replace(/\/$/, "");
}

beforeAll(async () => {
  for (const app of ["hello", "image-conversion"])
    cpSync(join(repository, "apps", app), join(root, "apps", app), {
      recursive: true,
      filter: (path) => ![".faasade", "test"].includes(basename(path)),
    });
  symlinkSync(join(repository, "node_modules"), join(root, "node_modules"), "junction");
  tools = await openTools({ gcloud: join(repository, "packages/deploy/test/google-cloud/gcloud.ts") });
  store = await startFauxqs({ port: 0, host: "127.0.0.1", logger: false, defaultRegion: "eu-central-1" });
  store.createBucket("photos");
  const [greet, tick] = [await serve("hello/greet"), await serve("hello/tick")];
  const labels = { "faasade-deployment": "hello-demo" };
  const sender = { httpTarget: { oidcToken: { serviceAccountEmail: "hello-demo-sender@acme.iam" } } };
  const things = [
    { kind: "run services", name: "hello-demo-events", labels, more: {} },
    { kind: "scheduler jobs", name: "hello-demo-tick", labels: {}, more: sender },
  ];
  writeFileSync(join(tools.folder, "state.json"), JSON.stringify(things));
  const endpoint = encodeURIComponent(`http://127.0.0.1:${store.port}`);
  const PHOTOS_URL = `s3://photos?region=eu-central-1&endpoint=${endpoint}`;
  await writeLedger(root, ledgerOf("hello", { url: greet }));
  await writeLedger(root, ledgerOf("image-conversion", { resources: { PHOTOS_URL } }));
  environment = {
    GCLOUD_SERVICE_URL: tick,
    AWS_ACCESS_KEY_ID: "none",
    AWS_SECRET_ACCESS_KEY: "none",
    AWS_EC2_METADATA_DISABLED: "true",
  };
  Object.assign(process.env, environment);
}, 180_000);
afterAll(async () => {
  // Killed outright, they would leave behind what they started.
  for (const one of running) {
    one.child.kill("SIGTERM");
    await one.ended;
  }
  await store.stop();
  tools.dispose();
  rmSync(root, { recursive: true, force: true, maxRetries: 5 });
});

describe("smoke", { timeout: 60_000 }, () => {
  it("tells the app's story against what was deployed, as whom the platform lets through", async () => {
    const { steps } = await asked<{ steps: { outcome: string }[] }>(place, [
      "smoke",
      "hello",
      ...stage,
      "--json",
    ]);
    expect(steps.map(({ outcome }) => outcome)).toEqual(["ok", "ok"]);
    expect(tools.calls().map((words) => words.slice(0, 2).join(" "))).toContain("auth print-identity-token");
  });
});

describe("invoke", { timeout: 60_000 }, () => {
  it("asks an http function, with its exit code by the status", async () => {
    const line = ["invoke", "greet", "--path", "/J%C3%BCrgen", ...stage];
    expect(JSON.parse((await within(place, line)).stdout)).toMatchObject({ greeting: "Hello, Jürgen!" });
    const refused = ["invoke", "greet", "--path", "/x", "--method", "POST", ...stage];
    expect(await within(place, refused)).toMatchObject({ code: 3 });
  });

  it("starts a schedule as if it were due now", async () => {
    expect(await within(place, ["invoke", "hello/tick", ...stage])).toMatchObject({ code: 0 });
    const said = () => `${running[1]?.stdout}${running[1]?.stderr}`;
    await until("a tick", () => said().includes('"message":"tick"'));
  });

  it("says which functions there are", async () => {
    const { code, stderr } = await within(place, ["invoke", "nowhere", ...stage]);
    expect({ code, stderr }).toMatchObject({ code: 3, stderr: expect.stringContaining("hello/greet") });
  });
});

describe("objects", { timeout: 60_000 }, () => {
  it("are put, listed, got and removed in the store of the stage", async () => {
    const file = join(root, "a.txt");
    writeFileSync(file, "what it holds");
    expect(await within(place, ["objects", "put", "photos", file, ...stage])).toMatchObject({
      code: 0,
      stdout: "image-conversion/photos/a.txt  13 B  text/plain\n",
    });
    const { objects } = await asked<{ objects: { key: string; size: number }[] }>(place, [
      ...["objects", "list", "image-conversion/photos", "--json", ...stage],
    ]);
    expect(objects).toMatchObject([{ key: "a.txt", size: 13 }]);
    const copy = join(root, "b.txt");
    expect(await within(place, ["objects", "get", "photos", "a.txt", "-o", copy, ...stage])).toMatchObject({
      code: 0,
    });
    expect(readFileSync(copy, "utf8")).toBe("what it holds");
    await within(place, ["objects", "rm", "photos", "a.txt", ...stage]);
    expect(await within(place, ["objects", "get", "photos", "a.txt", "-o", copy, ...stage])).toMatchObject({
      code: 3,
    });
    expect(await within(place, ["objects", "list", "renditions", ...stage])).toMatchObject({ code: 3 });
  });
});

describe("logs and dead letters", { timeout: 60_000 }, () => {
  it("are told in the form of the local world's", async () => {
    const entry = { insertId: "1", timestamp: "2026-01-01T00:00:00Z", severity: "WARNING" };
    const entries = [
      { ...entry, insertId: "2", jsonPayload: { message: "late", function: "tick", fields: { by: 3 } } },
      { ...entry, textPayload: "plain", resource: { labels: { service_name: "hello-demo" } } },
    ];
    writeFileSync(join(tools.folder, "log-entries.json"), JSON.stringify(entries));
    const { lines } = await asked<{ lines: unknown[] }>(place, ["logs", "hello", "--json", ...stage]);
    expect(lines).toEqual([
      expect.objectContaining({ level: "info", function: "hello-demo", message: "plain" }),
      expect.objectContaining({ level: "warn", function: "tick", message: "late", fields: { by: 3 } }),
    ]);
    expect((await within(place, ["logs", "hello", "--level", "error", ...stage])).stdout).toBe("");
  });

  it("are listed with their function, and shown whole", async () => {
    const attributes = {
      CloudPubSubDeadLetterSourceSubscription: "hello-demo-tick",
      CloudPubSubDeadLetterSourceDeliveryCount: "5",
    };
    const data = Buffer.from('{"a":1}').toString("base64");
    const message = { messageId: "m-17", publishTime: "2026-01-01T00:00:00Z", data, attributes };
    writeFileSync(join(tools.folder, "dead-letters.json"), JSON.stringify([{ ackId: "x", message }]));
    mkdirSync(place.data, { recursive: true });
    const ask = (words: string[]) => within(place, ["dead-letters", ...words, ...stage]);
    // Two apps stand on the stage.
    expect(await ask(["list"])).toMatchObject({
      code: 3,
      stderr: expect.stringContaining("image-conversion"),
    });
    rmSync(join(root, "apps/image-conversion/.faasade"), { recursive: true });
    expect((await ask(["list"])).stdout).toContain("hello/tick");
    expect((await ask(["show", "m-1"])).stdout).toContain('{"a":1}');
    expect(await ask(["show", "nothing"])).toMatchObject({ code: 3 });
  });
});

describe("plan", { timeout: 120_000 }, () => {
  const line = ["plan", "hello", "--target", "google-cloud", "--stage", "other", "--place", "project=acme"];

  it("says what it costs, idle and in use, and by which prices", async () => {
    const { stdout, code } = await within(place, line);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ {2}idle for a month +\$0\.16$/m);
    expect(stdout).toMatch(/^ {2}10,000 × greeting +\$0\.01$/m);
    expect(stdout).toContain(
      "by the prices of europe-west1 as of 2026-11-30, free tiers not taken off; * not checked against the platform's own page",
    );
  });

  it("is refused above a budget", async () => {
    const { code, stderr } = await within(place, [...line, "--budget", "0.10"]);
    expect({ code, stderr }).toMatchObject({
      code: 3,
      stderr: expect.stringContaining(
        "Cannot keep to a budget of $0.10 a month: idle $0.16 and 10,000 × greeting",
      ),
    });
    expect(await within(place, [...line, "--budget", "much"])).toMatchObject({ code: 2 });
  });
});
