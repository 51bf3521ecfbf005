// What is built runs elsewhere, on its own, and loads no more than it needs.
// Needs apps/hello and apps/image-conversion.
import { cp, stat } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { buildApp } from "../src/index.ts";
import { processPlatform, root } from "./process-platform.ts";
import { start } from "./start.ts";
import { provedWithPackages } from "./with-packages.ts";
import { temporaryFolder } from "./workspace.ts";

describe("an artefact", () => {
  it.each(["app", "function"] as const)(
    "answers from an empty folder elsewhere (one per %s)",
    async (unit) => {
      const [outFolder, elsewhere] = [await temporaryFolder(), await temporaryFolder()];
      const { folder, artefacts } = await buildApp({
        root,
        app: "hello",
        platform: processPlatform,
        unit,
        stage: "test",
        outFolder,
      });
      const [artefact] = artefacts;
      await cp(join(folder, artefact?.path ?? ""), elsewhere, { recursive: true });
      const { url, loaded } = await start(elsewhere);
      const reply = await fetch(`${url}/world`);
      expect(reply.status).toBe(200);
      expect(await reply.json()).toMatchObject({ greeting: "Hello, world!" });
      expect(loaded().filter((one) => /\/(tick|jose|verify-jwt)-/.test(one))).toEqual([]);
      console.log(`hello per ${unit}: ${artefact?.unpackedBytes} bytes, ${artefact?.modules} modules`);
    },
  );

  it("loads neither the image library nor the storage SDK for a function that has not used them", async (context) => {
    const outFolder = await temporaryFolder();
    const { folder, artefacts } = await provedWithPackages(context, () =>
      buildApp({ root, app: "image-conversion", platform: processPlatform, stage: "test", outFolder }),
    );
    const [artefact] = artefacts;
    const sizes = artefact?.sizes.map(({ name, bytes, modules }) => `${name} ${bytes}/${modules}`);
    console.log(
      `image-conversion: ${artefact?.unpackedBytes} bytes; bytes/modules to start ${sizes?.join(", ")}`,
    );
    expect(artefact?.budgets.every(({ kept }) => kept)).toBe(true);
    expect(artefact?.natives).toContain("@img/sharp-linux-arm64@0.35.5");
    const { url, loaded } = await start(join(folder, "image-conversion"), {
      RENDITIONS_URL: "s3://nowhere?region=eu-central-1&endpoint=http://127.0.0.1:1",
      AWS_ACCESS_KEY_ID: "none",
      AWS_SECRET_ACCESS_KEY: "none",
    });
    const heavy = async (): Promise<string[]> => {
      const found = loaded().map(async (one) => {
        const isNative = /node_modules\/(sharp|@img)/.test(one);
        return isNative || (await stat(fileURLToPath(one))).size > 100_000 ? [one] : [];
      });
      return (await Promise.all(found)).flat();
    };
    expect((await fetch(`${url}/renditions/no-such`)).status).toBe(404);
    await expect
      .poll(() => loaded().some((one) => one.includes("/serve-rendition-")), { timeout: 10_000 })
      .toBe(true);
    expect(loaded().some((one) => one.includes("/make-renditions-"))).toBe(false);
    expect(await heavy()).toEqual([]);
    // The same question finds the SDK as soon as it is there.
    await fetch(`${url}/renditions/${await keyOfRendition()}`);
    expect((await heavy()).length).toBeGreaterThan(0);
  });
});

/** A key that the app takes for one of its own. */
async function keyOfRendition(): Promise<string> {
  const source = (file: string) => import(pathToFileURL(join(root, "apps/image-conversion/src", file)).href);
  const [{ planRenditions }, { rendering }] = await Promise.all([
    source("plan.ts"),
    source("resources/rendering.ts"),
  ]);
  const fields = Object.entries<{ default: unknown }>(rendering.fields);
  const defaults = Object.fromEntries(fields.map(([name, field]) => [name, field.default]));
  return planRenditions({ key: "photo.jpg", etag: "e" }, defaults)[0].key;
}
