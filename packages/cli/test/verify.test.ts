// verify: the probe, deployed by the target to a double of Google Cloud, and asked where a server of ours runs it.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTools, type Tools } from "../../deploy/test/tool-doubles.ts";
import { makeProbe, type ProbeCheckout } from "../src/verify/probe.ts";
import { Running } from "./faasade.ts";
import { repository } from "./fixture.ts";
import { within } from "./within.ts";

interface Told {
  readonly url: string;
  readonly cases: readonly { readonly title: string; readonly ok: boolean }[];
}

let probe: ProbeCheckout;
let tools: Tools;
let world: Running;
let url: string;
beforeAll(async () => {
  tools = await openTools({
    gcloud: join(repository, "packages/deploy/test/google-cloud/gcloud.ts"),
    docker: "exit 0",
  });
  probe = makeProbe(repository);
  const place = { root: probe.root, data: join(probe.root, "data") };
  world = new Running(place, ["up"]);
  await world.until("Ctrl-C");
  const { stdout } = await within(place, ["status", "--json"]);
  url = `${(JSON.parse(stdout) as { gateway: string }).gateway}/probe`;
}, 180_000);
afterAll(async () => {
  world.child.kill("SIGKILL");
  await world.ended;
  tools.dispose();
  probe.dispose();
});

const place = { root: repository, data: "" };
const requestsOfGoogle = ["verify", "--target", "google-cloud", "--only", "http", "--place", "project=acme"];

describe("verify", { timeout: 120_000 }, () => {
  it("asks what is there already, over its URL", async () => {
    const { code, stdout } = await within(place, ["verify", "--url", url, "--json"]);
    const { cases } = JSON.parse(stdout) as Told;
    expect(cases.filter(({ ok }) => !ok)).toEqual([]);
    expect({ code, enough: cases.length > 30 }).toEqual({ code: 0, enough: true });
  });

  it("deploys the probe, asks it, records what came back, and leaves nothing", async () => {
    const record = join(tools.folder, "record.json");
    const words = [...requestsOfGoogle, "--record", record];
    const { code, stderr, stdout } = await within(place, [...words, "--set", `PUBLIC_URL=${url}`]);
    expect({ code, stderr }).toMatchObject({
      code: 0,
      stderr: expect.stringContaining("asked by tag: 0 left"),
    });
    expect(stdout).toMatch(/^holds +bytes of every value survive both ways/m);
    expect(tools.state()).toEqual([]);
    const recorded = JSON.parse(readFileSync(record, "utf8"));
    expect(recorded).toMatchObject({
      platform: "google-cloud",
      proof: "double",
      standIn: "PUBLIC_URL is no address of Google's own",
      cells: [{ trigger: "http", holds: recorded.cases.length, asked: recorded.cases.length }],
    });
    expect(JSON.stringify(recorded)).not.toContain("acme");
    expect(recorded.cases[0]).toMatchObject({
      status: 200,
      captured: { text: expect.stringContaining("PATCH") },
    });
  });

  it("is refused where data stands under the probe's name, and leaves it", async () => {
    const kept = ["gs://kept", "--labels=faasade-deployment=probe-verify"];
    spawnSync("gcloud", ["storage", "buckets", "create", ...kept], { env: process.env });
    const { code, stderr } = await within(place, [...requestsOfGoogle, "--set", `PUBLIC_URL=${url}`]);
    expect(code).not.toBe(0);
    expect(stderr).toContain("storage bucket kept stands there and holds data");
    expect(tools.state()).toMatchObject([{ name: "kept" }]);
    spawnSync("gcloud", ["storage", "rm", "--recursive", "gs://kept"], { env: process.env });
  });

  it("says without an account what is missing, and writes nothing", async () => {
    const record = join(tools.folder, "none.json");
    const none = { AWS_CONFIG_FILE: "/dev/null", AWS_SHARED_CREDENTIALS_FILE: "/dev/null" };
    const { code, stderr } = await within(place, ["verify", "--target", "aws-lambda", "--record", record], {
      ...{ ...none, AWS_EC2_METADATA_DISABLED: "true", AWS_REGION: "eu-central-1" },
      ...{ AWS_ACCESS_KEY_ID: "", AWS_SECRET_ACCESS_KEY: "", AWS_PROFILE: "" },
    });
    expect({ code, written: existsSync(record) }).toEqual({ code: 1, written: false });
    expect(stderr).toContain("Cannot verify aws-lambda: it cannot be deployed to from here.");
    expect(stderr).toMatch(/Credentials and region: .*no AWS credentials.*aws sso login/s);
  });

  it("ends with 1 where a case fails, and says why", async () => {
    const server: Server = createServer((_, response) => response.end("always the same"));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const wrong = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { code, stdout, stderr } = await within(place, ["verify", "--url", wrong]);
    server.close();
    expect(code).toBe(1);
    expect(stdout).toMatch(/^fails +a route that nobody declared is a 404.*\n +.*200.*404/m);
    expect(stderr).toMatch(/^0 of \d+ hold at /m);
  });
});
