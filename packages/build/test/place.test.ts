// A folder is replaced whole or not at all, whatever happens to the build.
// Needs apps/hello.
import { mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { marker, replaceFolder } from "../src/write/place.ts";
import { root } from "./process-platform.ts";
import { buildInChild } from "./start.ts";
import { readTree, temporaryFolder } from "./workspace.ts";

const write = (text: string) => async (folder: string) => {
  await writeFile(join(folder, "a"), text);
  await new Promise((resolve) => setImmediate(resolve));
  await writeFile(join(folder, marker), text);
};

describe("replacing a folder", () => {
  it("keeps the former one when the build fails, and leaves nothing else behind", async () => {
    const folder = await temporaryFolder();
    const place = join(folder, "aws");
    await replaceFolder(place, write("former"));
    const failing = replaceFolder(place, async (aside) => {
      await writeFile(join(aside, "a"), "half");
      throw new Error("no");
    });
    await expect(failing).rejects.toThrow("no");
    expect(await readFile(join(place, "a"), "utf8")).toBe("former");
    expect(await readdir(folder)).toEqual(["aws"]);
  });

  it("is safe when several builds finish at once: one of them stays, whole", async () => {
    const folder = await temporaryFolder();
    const place = join(folder, "aws");
    const builds = Array.from({ length: 12 }, (_, index) => replaceFolder(place, write(`${index}`)));
    expect((await Promise.allSettled(builds)).filter(({ status }) => status === "rejected")).toEqual([]);
    const files = await readTree(place);
    expect([...files.keys()].sort()).toEqual(["a", marker]);
    expect(files.get("a")).toEqual(files.get(marker));
    expect(await readdir(folder)).toEqual(["aws"]);
  });

  it("refuses a folder that no build has written", async () => {
    const place = join(await temporaryFolder(), "aws");
    await mkdir(place);
    await writeFile(join(place, "thesis.txt"), "years of work");
    await expect(replaceFolder(place, write("new"))).rejects.toThrow("no build has written");
    expect(await readdir(place)).toEqual(["thesis.txt"]);
  });

  it("brings the former folder back when a build died between moving it away and replacing it", async () => {
    const folder = await temporaryFolder();
    const place = join(folder, "aws");
    await replaceFolder(place, write("former"));
    await rename(place, join(folder, ".aws.former.0"));
    await expect(replaceFolder(place, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(await readFile(join(place, "a"), "utf8")).toBe("former");
  });

  it("is safe when two processes build the same at once", async () => {
    const [together, alone] = [await temporaryFolder(), await temporaryFolder()];
    const build = (outFolder: string) => buildInChild({ root, app: "hello", stage: "one", outFolder });
    const runs = await Promise.all([build(together), build(together), build(alone)]);
    expect(runs.map(({ code, said }) => (code === 0 ? "built" : said))).toEqual(["built", "built", "built"]);
    expect(await readTree(together)).toEqual(await readTree(alone));
  });

  it("keeps the former one when the process of a build is killed midway", async () => {
    const outFolder = await temporaryFolder();
    const options = { root, app: "hello", unit: "function", stage: "one", outFolder };
    expect(await buildInChild(options)).toMatchObject({ code: 0 });
    const before = await readTree(join(outFolder, "process"));
    const { code } = await buildInChild({ ...options, stage: "two", dieAfter: "greet:" });
    expect(code).toBe(null);
    expect(await readTree(join(outFolder, "process"))).toEqual(before);
    expect(await buildInChild({ ...options, stage: "two" })).toMatchObject({ code: 0 });
    expect(JSON.parse(await readFile(join(outFolder, "process", marker), "utf8"))).toMatchObject({
      stage: "two",
    });
  });
});
