// What an app's manifest sets for a laptop holds until the operator says otherwise.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { makeRoot, startWorld } from "./harness.ts";

it("a setting of an app's manifest holds here, and the operator's file comes before it", async () => {
  const { root, data, remove } = await makeRoot();
  const manifest = join(root, "apps", "probe", "package.json");
  const { faasade, ...rest } = JSON.parse(await readFile(manifest, "utf8")) as { faasade: object };
  const settings = { GREETING: "from the manifest" };
  await writeFile(manifest, JSON.stringify({ ...rest, faasade: { ...faasade, settings } }));
  const greeting = async (): Promise<string> => {
    const world = await startWorld(root, data, ["probe"]);
    try {
      const reply = await fetch(`${world.gateway}/probe/echo/hi`);
      return ((await reply.json()) as { greeting: string }).greeting;
    } finally {
      await world.stop();
    }
  };
  try {
    expect(await greeting()).toBe("from the manifest");
    await mkdir(join(data, "settings"), { recursive: true });
    await writeFile(join(data, "settings", "probe.json"), '{"greeting":"mine"}');
    expect(await greeting()).toBe("mine");
  } finally {
    await remove();
  }
}, 180_000);
