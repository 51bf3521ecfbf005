// A deployment's files as a build writes them, and its script run against a stand-in for gcloud.
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { onTestFinished } from "vitest";
import { parse, stringify } from "yaml";
import { platform } from "../../src/google-cloud/platform.ts";
import type { Deployment } from "../../src/shared/platform.ts";

/** Whatever a shell, awk or YAML might take for something else. */
export const hostile = `it's "quoted" \\ $HOME \`id\` \${PROJECT_ID} } %{x} # & é`;
export const operator = {
  PROJECT_ID: "acme",
  REGION: "europe-west1",
  SHOP_IMAGE: "europe-docker.pkg.dev/acme/shop/shop@sha256:0",
  ISSUER: hostile,
  OTHER_SALES_TOPIC: "other-sales",
  OTHER_REFUND_URL: "https://other.example/.faasade/events/refund",
};

export async function prepare(deployment: Deployment) {
  const folder = mkdtempSync(join(tmpdir(), "faasade-gcloud-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const name of ["bin", "seen", "out/services"]) mkdirSync(join(folder, name), { recursive: true });
  for (const { path, content } of platform.manifest(deployment)) {
    const text = typeof content === "string" ? content : stringify(content, { version: "1.1", lineWidth: 0 });
    writeFileSync(join(folder, "out", path), text);
  }
  copyFileSync(join(import.meta.dirname, "gcloud.sh"), join(folder, "bin/gcloud"));
  chmodSync(join(folder, "bin/gcloud"), 0o755);
  const state = join(folder, "state");
  writeFileSync(
    state,
    ["hook-secret", "ledger-url"].map((name) => ` secrets versions shop-test-${name}\n`).join(""),
  );
  return {
    folder,
    state,
    seen: (name: string) => parse(readFileSync(join(folder, "seen", name), "utf8"), { version: "1.1" }),
    run(environment: Readonly<Record<string, string>> = operator, shell = "/bin/sh") {
      const log = join(folder, "log");
      writeFileSync(log, "");
      const { status, stderr } = spawnSync(shell, [join(folder, "out/deploy.sh")], {
        env: {
          PATH: [join(folder, "bin"), "/usr/bin", "/bin"].join(delimiter),
          GCLOUD_LOG: log,
          GCLOUD_STATE: state,
          GCLOUD_SEEN: join(folder, "seen"),
          ...environment,
        },
        encoding: "utf8",
      });
      const commands = readFileSync(log, "utf8")
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => line.split("\t").slice(0, -1));
      return { status, stderr, commands };
    },
  };
}
