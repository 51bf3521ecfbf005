// Every app of the checkout, for every platform: it is built as it is, within its budgets.
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { platforms } from "@faasade/platforms";
import { describe, expect, it } from "vitest";
import { buildApp } from "../src/index.ts";
import { provedWithPackages } from "./with-packages.ts";
import { temporaryFolder } from "./workspace.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const apps = (await readdir(join(root, "apps"), { withFileTypes: true }))
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

/** What runs on machines of one's own; the others are built beside it, in another process. */
const ownMachines = ["kubernetes", "knative", "node"];

export function testEveryApp(on: "own machines" | "clouds"): void {
  const chosen = Object.keys(platforms).filter(
    (name) => ownMachines.includes(name) === (on === "own machines"),
  );
  describe.each(chosen)("for %s", (platform) => testPlatform(platform));
}

function testPlatform(platform: string): void {
  for (const app of apps)
    it(`${app} is built as it is, within its budgets`, async (context) => {
      const outFolder = await temporaryFolder();
      const build = () => buildApp({ root, app, platform, unit: "app", stage: "test", outFolder });
      const { artefacts, manifest } = await provedWithPackages(context, build);
      expect(artefacts.flatMap(({ budgets }) => budgets.filter(({ kept }) => !kept))).toEqual([]);
      expect(manifest).not.toEqual([]);
    }, 180_000);
}
