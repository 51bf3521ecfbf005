// Modules that only the host has: imported as they are, carried by no artefact.
import type { Platform } from "@faasade/platforms/shared/platform";
import { describe, expect, it } from "vitest";
import { buildApp } from "../src/index.ts";
import { processPlatform } from "./process-platform.ts";
import { checkoutWith, readTree } from "./workspace.ts";

const app = {
  "apps/x/src/functions/one.ts": `import { defineFunction, http, json } from "@faasade/core";
export default defineFunction({
  name: "one", trigger: http("GET /one", { auth: "public" }), async handle() { return json(1); },
});`,
};

function platformWhoseHostHas(...provided: string[]): Platform {
  const { folder } = processPlatform.packagings;
  const entry = `import { register } from "@host/core";\n${folder!.entry}register(artefact);\n`;
  return { ...processPlatform, packagings: { folder: { ...folder!, entry, provided } } };
}

describe("a module of the host's", () => {
  it("is imported by the artefact, which keeps its budgets", async () => {
    const root = await checkoutWith(app);
    const built = await buildApp({
      root,
      app: "x",
      platform: platformWhoseHostHas("@host/core"),
      stage: "test",
    });
    expect(`${(await readTree(`${built.folder}/x`)).get("index.mjs")}`).toMatch(/from ?"@host\/core"/);
    expect(built.artefacts.flatMap(({ budgets }) => budgets.filter(({ kept }) => !kept))).toEqual([]);
  });

  it("is missed by name where the packaging does not say that the host has it", async () => {
    const root = await checkoutWith(app);
    const refused = buildApp({ root, app: "x", platform: platformWhoseHostHas(), stage: "test" });
    await expect(refused).rejects.toThrow('Cannot bundle x: Could not resolve "@host/core"');
  });
});
