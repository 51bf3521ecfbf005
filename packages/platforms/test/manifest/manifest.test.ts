import { existsSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Unit } from "../../src/shared/platform.ts";
import { anyApp } from "./any-app.ts";
import { appNames, deploymentOf, functionsOfApp } from "./apps.ts";
import { everyTrigger } from "./every-trigger.ts";
import { checkTemplate } from "./invariants.ts";
import { circleIn, templateOf } from "./read-template.ts";

const units: readonly Unit[] = ["function", "app"];
const packagings = ["zip", "image", "web"];
const present = appNames();

describe("the manifest of AWS Lambda", () => {
  it.each(units)("is the golden file for an app with every trigger, unit %s", async (unit) => {
    await expectGolden(`every-trigger-${unit}`, templateOf(deploymentOf("shop", everyTrigger, { unit })));
  });

  for (const app of ["hello", "image-conversion"].filter((one) => present.includes(one))) {
    it.each(units)(`is the golden file for ${app}, unit %s`, async (unit) => {
      const functions = await functionsOfApp(app);
      await expectGolden(`${app}-${unit}`, templateOf(deploymentOf(app, functions, { unit })));
    });
  }

  it.each(units)("is the golden file for the web functions of an app, unit %s", async (unit) => {
    const deployment = deploymentOf("shop", everyTrigger, { unit, packaging: "web" });
    await expectGolden(`every-trigger-web-${unit}`, templateOf(deployment));
  });

  it.each(present)("keeps its promises for %s, in every unit and packaging", async (app) => {
    const functions = await functionsOfApp(app);
    for (const unit of units)
      for (const packaging of packagings) checkTemplate(deploymentOf(app, functions, { unit, packaging }));
  });

  it.each(units)("keeps its promises for an app with every trigger, unit %s", (unit) => {
    for (const packaging of packagings)
      checkTemplate(deploymentOf("shop", everyTrigger, { unit, packaging }));
  });

  it("keeps its promises for any app", () => {
    fc.assert(
      fc.property(
        anyApp,
        fc.constantFrom(...units),
        fc.constantFrom(...packagings),
        (functions, unit, packaging) => {
          const deployment = deploymentOf("any", functions, { unit, packaging });
          // A build refuses to pack nothing.
          fc.pre(deployment.functions.length > 0);
          checkTemplate(deployment);
        },
      ),
      { numRuns: 150 },
    );
  });

  it("is the same for the same deployment", () => {
    const deployment = deploymentOf("shop", everyTrigger);
    expect(JSON.stringify(templateOf(deployment))).toBe(JSON.stringify(templateOf(deployment)));
  });

  it("would see a circle, through Ref, GetAtt, Sub and DependsOn alike", () => {
    for (const value of [
      { Ref: "A" },
      { "Fn::GetAtt": ["A", "Arn"] },
      { "Fn::Sub": `x\${A.Arn}` },
      { DependsOn: "A" },
    ]) {
      const A = { Type: "A", Properties: { to: { Ref: "B" } } };
      expect(circleIn({ Resources: { A, B: { Type: "B", Properties: { value } } } })).toEqual([
        "A",
        "B",
        "A",
      ]);
    }
  });
});

/** Compares with what is kept in `golden/`; `vitest -u` writes it anew. */
async function expectGolden(name: string, template: unknown): Promise<void> {
  const file = join(import.meta.dirname, "golden", `${name}.template`);
  if (process.env["CI"] !== undefined) expect(existsSync(file), `${file} is missing`).toBe(true);
  await expect(`${JSON.stringify(template, null, 2)}\n`).toMatchFileSnapshot(file);
}
