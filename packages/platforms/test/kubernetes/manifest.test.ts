// Manifests for Kubernetes and for Knative: what is kept as golden, what every app is promised, what tools say of it.
import { existsSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { platform as knative } from "../../src/knative/platform.ts";
import { platform as kubernetes } from "../../src/kubernetes/platform.ts";
import type { ManifestFile, Unit } from "../../src/shared/platform.ts";
import { anyApp } from "./any-app.ts";
import { deploymentOn, functionsOfApp, presentApps, shopWithObjects as shop } from "./deployments.ts";
import { checkManifest } from "./invariants.ts";
import { documentsOf, render, violations } from "./rendered.ts";

const units: readonly Unit[] = ["app", "function"];

describe.each([kubernetes, knative])("the manifests of $title", (platform) => {
  const present = ["hello", "image-conversion"].filter((app) => presentApps.includes(app));
  const all = async () => [
    { app: "shop", functions: shop },
    ...(await Promise.all(present.map(async (app) => ({ app, functions: await functionsOfApp(app) })))),
  ];

  it.each(units)("are the golden files, unit %s", async (unit) => {
    for (const { app, functions } of await all())
      await expectGolden(
        platform.name,
        `${app}-${unit}`,
        platform.manifest(deploymentOn(platform, app, functions, { unit })),
      );
  });

  it.each(units)("keep their promises, unit %s", async (unit) => {
    for (const { app, functions } of await all())
      checkManifest(platform, deploymentOn(platform, app, functions, { unit }));
  });

  it("keep their promises for any app", () => {
    const anyUnit = fc.constantFrom(...units);
    fc.assert(
      fc.property(anyApp(), anyUnit, (functions, unit) => {
        checkManifest(platform, deploymentOn(platform, "any", functions, { unit }));
      }),
      { numRuns: 150 },
    );
  });

  it("are the same for the same deployment", () => {
    const files = () => JSON.stringify(platform.manifest(deploymentOn(platform, "shop", shop)));
    expect(files()).toBe(files());
  });

  it("have a base that knows no stage", () => {
    const baseOn = (stage: string) =>
      platform
        .manifest(deploymentOn(platform, "shop", shop, { stage, unit: "function" }))
        .filter(({ path }) => path.startsWith("base/"));
    expect(baseOn("live")).toEqual(baseOn("test"));
  });

  it.each(units)(
    "become, by kustomize, objects that keep to the schemas, labelled all of them, unit %s",
    { timeout: 60_000 },
    async (unit) => {
      for (const { app, functions } of await all()) {
        const files = platform.manifest(deploymentOn(platform, app, functions, { unit }));
        expect(violations(documentsOf(files)) ?? "").toBe("");
        const documents = render(files) ?? [];
        if (documents.length > 0) expect(violations(documents) ?? "").toBe("");
        for (const document of documents) checkRendered(document, app);
      }
    },
  );
});

describe("the schemas", () => {
  it("would refuse a field that there is not, and a value that may not be", () => {
    const [namespace] = documentsOf(kubernetes.manifest(deploymentOn(kubernetes, "shop", shop))).slice(-1);
    const broken = JSON.stringify({ ...JSON.parse(namespace ?? "{}"), spek: {} });
    const said = violations([broken]);
    if (said !== undefined) expect(said).toContain("spek");
  });
});

/** On every object, and on the pods it makes. */
function checkRendered(document: string, app: string): void {
  const label = `faasade-deployment: ${app}-test`;
  const makesPods =
    /^kind: (?:Deployment|CronJob)$/m.test(document) ||
    document.includes("serving.knative.dev/v1\nkind: Service");
  expect(document.split(label).length - 1, document).toBe(
    !makesPods ? 1 : document.includes("kind: CronJob") ? 3 : 2,
  );
  if (!document.includes("kind: Namespace")) expect(document).toContain(`namespace: ${app}-test`);
  // The ConfigMap has its content in its name, wherever it is named.
  for (const [, name] of document.matchAll(/configMapKeyRef:\n\s+key: \S+\n\s+name: (\S+)/g))
    expect(name).toMatch(new RegExp(`^${app}-[a-z0-9]{10}$`));
  for (const [, image] of document.matchAll(/^\s+(?:- )?image: (\S+)$/gm))
    expect(image).toMatch(/^registry\.invalid\/.+:test$/);
}

/** Compares with what is kept in `golden/`; `vitest -u` writes it anew. */
async function expectGolden(platform: string, name: string, files: readonly ManifestFile[]): Promise<void> {
  const file = join(import.meta.dirname, `../${platform}/golden/${name}.manifest`);
  if (process.env["CI"] !== undefined) expect(existsSync(file), `${file} is missing`).toBe(true);
  const content = Object.fromEntries(files.map(({ path, content }) => [path, content]));
  await expect(`${JSON.stringify(content, null, 2)}\n`).toMatchFileSnapshot(file);
}
