// Every app of the checkout, for every platform: it is built within its budgets, or refused with a way out.
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { platforms } from "@faasade/platforms";
import type { Platform } from "@faasade/platforms/shared/platform";
import { Refusal } from "@faasade/platforms/shared/refusal";
import { describe, expect, it } from "vitest";
import { buildApp } from "../src/index.ts";
import { provedWithPackages } from "./with-packages.ts";
import { temporaryFolder } from "./workspace.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const apps = (await readdir(join(root, "apps"), { withFileTypes: true }))
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

const noPubSub = ["pubsub", "Choose another platform"] as const;

/** What is not built as it is: the functions that hinder it, with the reason and the way out. All else is built. */
const refused: Readonly<Record<string, Readonly<Record<string, readonly [reason: string, wayOut: string]>>>> =
  {
    "iot-ingest for google-cloud": {
      "ingest-readings": noPubSub,
      "simulate-fleet": noPubSub,
      "watch-fleet": noPubSub,
    },
    "cron-replacement for google-cloud": { "run-job": noPubSub, "steer-job": noPubSub, tick: noPubSub },
    "etl for google-cloud": {
      "accept-file": noPubSub,
      backfill: noPubSub,
      "continue-load": noPubSub,
      "replay-quarantine": noPubSub,
      "sweep-inbox": noPubSub,
    },
  };

/** By function, each with its line of the refusal. */
function refusalOf(error: unknown, app: string): Record<string, string> {
  expect(error).toBeInstanceOf(Refusal);
  const lines = (error as Refusal).message.split("\n");
  return Object.fromEntries(
    lines.flatMap((line) =>
      [...line.matchAll(new RegExp(`\\b${app}/([\\w-]+)`, "g"))].map(([, name]) => [name, line]),
    ),
  );
}

describe.each(Object.keys(platforms))("for %s", (platform) => {
  for (const app of apps)
    it(`${app} is built within its budgets, or refused with a way out`, async (context) => {
      const outFolder = await temporaryFolder();
      const build = () => buildApp({ root, app, platform, unit: "app", stage: "test", outFolder });
      const expected = refused[`${app} for ${platform}`];
      if (expected !== undefined) {
        const said = refusalOf(await build().catch((thrown: unknown) => thrown), app);
        expect(Object.keys(said).sort()).toEqual(Object.keys(expected).sort());
        const { title } = await (platforms[platform] as () => Promise<Platform>)();
        for (const [name, [reason, wayOut]] of Object.entries(expected))
          for (const part of [title, reason, wayOut]) expect(said[name]).toContain(part);
        return;
      }
      const { artefacts, manifest } = await provedWithPackages(context, build);
      expect(artefacts.flatMap(({ budgets }) => budgets.filter(({ kept }) => !kept))).toEqual([]);
      expect(manifest).not.toEqual([]);
    }, 180_000);
});
