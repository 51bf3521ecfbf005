// What a build writes for a machine of one's own: golden files, and what every one of them promises.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { platform } from "../../src/node/platform.ts";
import type { ManifestFile } from "../../src/shared/platform.ts";
import { deploymentOn, fn, functionsOfApp, grant, presentApps, shop } from "../kubernetes/deployments.ts";

const packagings = Object.keys(platform.packagings);
const inFolder = fn({
  name: "import-file",
  trigger: { kind: "object", store: "inbox", change: "created", prefix: "in/" },
  grants: [grant("object-store", "inbox", "trigger"), grant("object-store", "inbox", "read")],
});
const made = [...shop, inFolder];

function textOf(files: readonly ManifestFile[], path: string): string {
  const content = files.find((file) => file.path === path)?.content;
  return typeof content === "string" ? content : JSON.stringify(content, null, 2);
}

describe.each(packagings)("the manifests of Node.js, %s", (packaging) => {
  const files = platform.manifest(deploymentOn(platform, "shop", made, { packaging }));

  it("are the golden files", async () => {
    const apps = presentApps.filter((app) => ["hello", "image-conversion"].includes(app));
    const all = [
      ["shop", made] as const,
      ...(await Promise.all(apps.map(async (app) => [app, await functionsOfApp(app)] as const))),
    ];
    for (const [app, functions] of all) {
      const file = join(import.meta.dirname, `golden/${app}-${packaging}.manifest`);
      if (process.env["CI"] !== undefined) expect(existsSync(file), `${file} is missing`).toBe(true);
      const written = platform.manifest(deploymentOn(platform, app, functions, { packaging }));
      const content = Object.fromEntries(written.map((one) => [one.path, one.content]));
      await expect(`${JSON.stringify(content, null, 2)}\n`).toMatchFileSnapshot(file);
    }
  });

  it("name every secret and every setting, once, and hold no secret's value", () => {
    const secrets = textOf(files, "secrets.env");
    for (const name of ["HOOK_SECRET", "MAIL_KEY", "PGPASSWORD", "FAASADE_GATEWAY_SECRET"])
      expect(secrets.split(`#${name}=\n`).length, name).toBe(2);
    const settings = textOf(files, "settings.env");
    for (const name of ["CURRENCY", "ISSUER", "JOBS_URL", "LEDGER_URL", "INBOX_URL", "OTHER_REFUND_URL"])
      expect(settings.match(new RegExp(`^#?${name}=`, "gm")), name).toHaveLength(1);
    expect(settings).not.toMatch(/HOOK_SECRET|MAIL_KEY|PGPASSWORD/);
  });

  it("keep what the operator wrote", () => {
    for (const { path, keep } of files) expect(keep === true, path).toBe(path.endsWith(".env"));
  });

  it("carry the labels, and leave time for what has begun", () => {
    const text = textOf(files, packaging === "container" ? "compose.yaml" : "shop.service");
    for (const label of ["faasade-app", "faasade-stage", "faasade-deployment"]) expect(text).toContain(label);
    const drain = Number(/FAASADE_DRAIN_SECONDS\D+(\d+)/.exec(text)?.[1]);
    const stop = Number(/(?:TimeoutStopSec=|stop_grace_period": ")(\d+)/.exec(text)?.[1]);
    expect(drain).toBeGreaterThan(Math.max(...made.map(({ timeoutSeconds }) => timeoutSeconds)));
    expect(stop).toBeGreaterThan(drain);
  });
});

describe("what cannot be on one machine", () => {
  const refusalOf = (functions: typeof made, drivers = {}) => {
    const deployment = deploymentOn(platform, "shop", functions, { packaging: "process", drivers });
    return () => platform.manifest(deployment);
  };

  it("is refused with the way out", () => {
    expect(refusalOf([inFolder], { inbox: "s3" })).toThrow(
      /import-file.*tells of a change once.*file driver/,
    );
    expect(refusalOf([inFolder], { inbox: "gcs" })).toThrow(/import-file.*gcs.*Build it with one of: file/);
    const caller = fn({
      name: "ask",
      trigger: { kind: "call" },
      grants: [grant("function", "nobody", "call")],
    });
    expect(refusalOf([caller])).toThrow("it calls nobody, which it does not have");
  });
});
