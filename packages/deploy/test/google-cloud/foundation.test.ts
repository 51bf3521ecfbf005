// infra/gcp: what up makes, down takes away; both may be run twice.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { root } from "../costs/apps.ts";
import { openTools, type Tools } from "../tool-doubles.ts";

let tools: Tools;
beforeAll(async () => {
  tools = await openTools({ gcloud: join(import.meta.dirname, "gcloud.ts") });
});
afterAll(() => tools.dispose());

function run(script: string, environment: Readonly<Record<string, string>>) {
  return spawnSync("sh", [join(root, "infra/gcp", script)], {
    encoding: "utf8",
    env: { ...process.env, ...environment },
  });
}

const standing = (): string[] =>
  tools
    .state<{ kind: string; name: string; labels: { state?: string } }>()
    .filter(({ labels }) => labels.state !== "DELETED")
    .map(({ kind, name }) => `${kind} ${name}`)
    .sort();

describe("infra/gcp", () => {
  it("makes and takes away who deploys from GitHub, and a budget", () => {
    const project = { PROJECT_ID: "acme", GITHUB_REPOSITORY: "you/yours", BILLING_ACCOUNT: "0-0-0" };
    const first = run("up.sh", project);
    expect(first).toMatchObject({ status: 0, stderr: "" });
    expect(first.stdout).toBe(
      "GCP_PROVIDER=projects/123456789012/locations/global/workloadIdentityPools/faasade/providers/github\n" +
        "GCP_DEPLOYER=faasade-deployer@acme.iam.gserviceaccount.com\n",
    );
    const made = standing();
    expect(made).toEqual([
      "billing budgets faasade-acme",
      "iam roles faasadeDeployer",
      "iam service-accounts faasade-deployer",
      "iam workload-identity-pools faasade",
      "iam workload-identity-pools providers github",
    ]);
    expect(run("up.sh", project)).toMatchObject({ status: 0, stderr: "", stdout: first.stdout });
    expect(standing()).toEqual(made);
    expect(tools.calls().flat().join("\n")).toContain(
      "assertion.repository == 'you/yours' && assertion.environment == 'demo'",
    );
    for (const _ of ["once", "twice"])
      expect(run("down.sh", project)).toMatchObject({ status: 0, stderr: "" });
    // The provider goes with its pool.
    expect(standing()).toEqual(["iam workload-identity-pools providers github"]);
    expect(run("up.sh", project)).toMatchObject({ status: 0, stderr: "", stdout: first.stdout });
    expect(standing()).toEqual(made);
  }, 120_000);

  it("says what it wants", () => {
    const { PROJECT_ID: _, ...environment } = process.env;
    const { status, stderr } = spawnSync("sh", [join(root, "infra/gcp/up.sh")], {
      encoding: "utf8",
      env: environment,
    });
    expect(status).not.toBe(0);
    expect(stderr).toContain("Say the project");
  });
});
