// What may be a setting on a cluster, whose ConfigMaps hide nothing.
// Needs apps/hello.
import { appendFile, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { planDeployment } from "../../src/plan.ts";
import { type Built, buildStage, stageOf, targetFor } from "../runtimes/stages.ts";

const withPassword = "https://me:hunter2@hooks.example.org/x";

describe("a setting that is a URL with a password", () => {
  let hello: Built;
  beforeAll(async () => {
    hello = await buildStage("hello", "kubernetes", "demo");
  }, 120_000);
  afterAll(() => hello?.remove());

  function plan(values: Readonly<Record<string, string>>) {
    const { id, place } = stageOf(hello.build, "");
    const standing = { state: "unknown", resources: [] } as const;
    return planDeployment({ target: targetFor(id), id, build: hello.build, place, values, standing });
  }

  it("is refused, and said neither in the refusal nor in a file", async () => {
    const refusal = await plan({ PUBLIC_URL: withPassword }).then(
      () => undefined,
      (error: Error) => error,
    );
    expect(refusal?.name).toBe("Refusal");
    expect(refusal?.message).toMatch(/PUBLIC_URL as it is: its URL holds a password.*secret\("PUBLIC_URL"/);
    expect(refusal?.message).not.toContain("hunter2");
    const files = await readdir(dirname(hello.build.folder), { recursive: true, withFileTypes: true });
    for (const file of files.filter((one) => one.isFile()))
      expect(await readFile(join(file.parentPath, file.name), "utf8"), file.name).not.toContain("hunter2");
  });

  it("is refused out of the overlay's settings.env, too", async () => {
    const file = join(hello.build.folder, "overlays/demo/settings.env");
    const before = await readFile(file, "utf8");
    await appendFile(file, `\nGREETING=${withPassword}\n`);
    await expect(plan({})).rejects.toThrow("holds a password");
    await writeFile(file, before);
  });

  it("is kept where it has none", async () => {
    const { refusal } = await plan({ PUBLIC_URL: "https://hooks.example.org:8443/x@y?mail=a:b@c" });
    expect(refusal).toBeUndefined();
  });
});
