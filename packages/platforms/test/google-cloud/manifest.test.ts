import { existsSync } from "node:fs";
import { join } from "node:path";
import type { FunctionDescription } from "@faasade/core/adapter";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import type { Unit } from "../../src/shared/platform.ts";
import { ManifestRefusal } from "../../src/shared/refusal.ts";
import { anyApp } from "../manifest/any-app.ts";
import { appNames, functionsOfApp } from "../manifest/apps.ts";
import { everyTrigger, describe as fn } from "../manifest/every-trigger.ts";
import { deploymentOf, filesOf, guarded, scriptOf } from "./deployments.ts";
import { onMessage, scheduled } from "./functions.ts";
import { checkDeployment } from "./invariants.ts";

describe("the manifest of Google Cloud", () => {
  it.each(["cloud-run", "functions-framework"])(
    "is the golden file for an app with every trigger, as %s",
    async (packaging) => {
      const files = filesOf(deploymentOf("shop", everyTrigger, { packaging }));
      for (const [path, content] of files) {
        const text =
          typeof content === "string" ? content : stringify(content, { version: "1.1", lineWidth: 0 });
        await expectGolden(`${packaging}/${path.replaceAll("/", "-")}`, text);
      }
    },
  );

  it.each(appNames())("keeps its promises for %s", async (app) => {
    const functions = await functionsOfApp(app);
    try {
      checkDeployment(deploymentOf(app, functions));
    } catch (error) {
      // Whatever else an app may need that is not there, it is said.
      if (!(error instanceof ManifestRefusal)) throw error;
      expect(error.message).toMatch(/^Cannot deploy .* to Google Cloud: .+\. .+\.$/s);
    }
  });

  it("keeps its promises for an app with every trigger, and for one that IAM guards", () => {
    checkDeployment(deploymentOf("shop", everyTrigger));
    checkDeployment(deploymentOf("shop", [guarded]));
  });

  it("keeps its promises for any app", () => {
    fc.assert(
      fc.property(anyApp, fc.constantFrom<Unit>("app", "function"), (functions, unit) => {
        const possible = functions.map(asPossible);
        // A service each, and one origin: of several http functions one unit is too many.
        const https = possible.filter(({ trigger }) => trigger.kind === "http");
        checkDeployment(deploymentOf("any", possible, { unit: https.length > 1 ? "app" : unit }));
      }),
      { numRuns: 150 },
    );
  });

  it("is the same for the same deployment", () => {
    const deployment = deploymentOf("shop", everyTrigger);
    expect([...filesOf(deployment)]).toEqual([...filesOf(deployment)]);
  });

  it("notes what Google does otherwise than the app says", () => {
    const tick = fn({ ...scheduled, maxAttempts: 9 });
    const work = fn({
      ...onMessage,
      maxAttempts: 2,
      trigger: { ...onMessage.trigger, batch: { size: 5, windowSeconds: 1 } } as never,
    });
    const script = scriptOf(deploymentOf("shop", [tick, work]));
    expect(script).toMatch(/# Note: tick: .*tried 6 times.*not 9/);
    expect(script).toMatch(/# Note: work: .*delivered 5 times, not 2/);
    expect(script).toMatch(/# Note: work: .*a batch holds one/);
  });
});

/** What is refused is said elsewhere: times beyond Pub/Sub's. */
function asPossible(one: FunctionDescription): FunctionDescription {
  return { ...one, timeoutSeconds: Math.min(one.timeoutSeconds, 590) };
}

/** Compares with what is kept in `golden/`; `vitest -u` writes it anew. */
async function expectGolden(name: string, text: string): Promise<void> {
  const file = join(import.meta.dirname, "golden", name);
  if (process.env["CI"] !== undefined) expect(existsSync(file), `${file} is missing`).toBe(true);
  await expect(text).toMatchFileSnapshot(file);
}
