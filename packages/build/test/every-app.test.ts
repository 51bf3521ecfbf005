// Every app of the checkout, for every platform: it is built within its budgets, or refused with a way out.
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { platforms } from "@faasade/platforms";
import { Refusal } from "@faasade/platforms/shared/refusal";
import { describe, expect, it } from "vitest";
import { buildApp } from "../src/index.ts";
import { provedWithPackages } from "./with-packages.ts";
import { temporaryFolder } from "./workspace.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const apps = (await readdir(join(root, "apps"), { withFileTypes: true }))
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

/** What is not built as it is, and why. */
const refused: Readonly<Record<string, RegExp>> = {
  "cron-replacement for azure-functions": /there is no driver "(azure-blob|service-bus)"/,
  "etl for azure-functions": /there is no driver "(azure-blob|service-bus)"/,
  "iot-ingest for azure-functions": /there is no driver "service-bus"/,
  "iot-ingest for google-cloud": /there is no driver "pubsub"/,
  "cron-replacement for google-cloud": /there is no driver "pubsub"|IAM guards a service as a whole/,
  "etl for google-cloud": /there is no driver "pubsub"|IAM guards a service as a whole/,
  "image-conversion for google-cloud": /IAM guards a service as a whole/,
  "etl for kubernetes": /Deploy it to Knative/,
  "image-conversion for kubernetes": /Deploy it to Knative/,
};

describe.each(Object.keys(platforms))("for %s", (platform) => {
  for (const app of apps)
    it(`${app} is built within its budgets, or refused with a way out`, async (context) => {
      const outFolder = await temporaryFolder();
      const build = () => buildApp({ root, app, platform, unit: "app", stage: "test", outFolder });
      const reason = refused[`${app} for ${platform}`];
      if (reason !== undefined) {
        const error = await build().catch((thrown: unknown) => thrown);
        expect(error).toBeInstanceOf(Refusal);
        return expect((error as Refusal).message).toMatch(reason);
      }
      const { artefacts, manifest } = await provedWithPackages(context, build);
      expect(artefacts.flatMap(({ budgets }) => budgets.filter(({ kept }) => !kept))).toEqual([]);
      expect(manifest).not.toEqual([]);
    }, 60_000);
});
