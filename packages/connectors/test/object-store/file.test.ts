// The conformance suite on the file driver, and what is its own: the folder, its URL, other processes.
import { readdir, rm, stat, truncate, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { DriverModule } from "@faasade/core/adapter";
import { describe, expect, expectTypeOf, it } from "vitest";
import { clientOf, mustGet } from "../../src/object-store/conformance/harness.ts";
import { objectStoreConformance } from "../../src/object-store/conformance.ts";
import { folderOf, open } from "../../src/object-store/file/index.ts";
import { newFolder, openFolder, removeFoldersAfterAll, runChild, startChild } from "./folders.ts";

removeFoldersAfterAll();

objectStoreConformance({
  title: "the file driver",
  capabilities: { conditionalPut: true, signatures: "none", keys: "any", order: "utf8" },
  async create() {
    const folder = await newFolder();
    return { driver: await openFolder(folder), again: () => openFolder(folder) };
  },
});

describe("the file driver", () => {
  it("makes no file name of anything a user chose", async () => {
    const folder = await newFolder();
    const client = clientOf(await openFolder(folder));
    for (const key of ["CON", "a/b", "a", "*", "trailing.", "\u706f/\u53f0"]) await client.put(key, key);
    expect((await readdir(folder)).filter((name) => !/^catalog\.db(-wal|-shm)?$/.test(name))).toEqual([
      "content",
    ]);
    const files = (await readdir(join(folder, "content"), { recursive: true, withFileTypes: true })).filter(
      (entry) => entry.isFile(),
    );
    expect(files).toHaveLength(6);
    expect(files.every(({ name }) => /^[0-9a-f-]{36}$/.test(name))).toBe(true);
  });

  it("keeps one content file per object, however often it is replaced", async () => {
    const folder = await newFolder();
    const client = clientOf(await openFolder(folder));
    for (let round = 0; round < 5; round += 1) await client.put("a", `round ${round}`);
    await client.put("b", "b");
    await client.delete("b");
    await client.put("a", "late", { ifNoneMatch: "*" }).catch(() => {});
    expect(await contentFiles(folder)).toHaveLength(1);
  });

  it("removes at an opening an hour later what a killed writer left behind, and nothing else", async () => {
    const folder = await newFolder();
    const client = clientOf(await openFolder(folder));
    await client.put("kept", "kept");
    const [kept = ""] = await contentFiles(folder);
    const writer = startChild("hang", folder);
    await expect.poll(() => contentFiles(folder), { timeout: 20_000 }).toHaveLength(2);
    writer.process.kill("SIGKILL");
    await writer.ended;
    await openFolder(folder);
    expect(await contentFiles(folder)).toHaveLength(2);
    await letAnHourPass(folder);
    await openFolder(folder);
    expect(await contentFiles(folder)).toEqual([kept]);
    expect(await (await mustGet(client, "kept")).text()).toBe("kept");
  });

  it("keeps what a slow writer writes, and refuses it when a sweep was faster", async () => {
    const folder = await newFolder();
    const client = clientOf(await openFolder(folder));
    async function* slow(ages: boolean) {
      yield new Uint8Array(10);
      await letAnHourPass(folder, ages);
      await openFolder(folder);
      yield new Uint8Array(10);
    }
    await client.put("slow", slow(false));
    expect((await client.head("slow"))?.size).toBe(20);
    await expect(client.put("swept", slow(true))).rejects.toMatchObject({ code: "unavailable" });
    expect(await client.head("swept")).toBeUndefined();
    expect(await contentFiles(folder)).toHaveLength(1);
  });

  it("reads an object to its end though it is replaced meanwhile", async () => {
    const client = clientOf(await openFolder(await newFolder()));
    await client.put("a", "former");
    const object = await mustGet(client, "a");
    await client.put("a", "present");
    expect(await object.text()).toBe("former");
  });

  it("calls content that the disk lost unavailable, whole or in part", async () => {
    const folder = await newFolder();
    const client = clientOf(await openFolder(folder));
    await client.put("cut", "0123456789");
    const [path = ""] = await contentFiles(folder);
    await truncate(path, 4);
    const cut = (await mustGet(client, "cut")).bytes();
    await expect(cut).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringContaining("only 4 came"),
    });
    await rm(path);
    await expect(client.get("cut")).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringContaining("is not in"),
    });
  });

  it("always finds one whole version of what another process replaces without pause", async () => {
    const folder = await newFolder();
    const client = clientOf(await openFolder(folder));
    await client.put("busy", new Uint8Array(1).fill(1));
    let overwriting = true;
    const overwrites = runChild("overwrite", folder, 250).finally(() => {
      overwriting = false;
    });
    while (overwriting) {
      const bytes = await (await mustGet(client, "busy")).bytes();
      expect(bytes.every((byte) => byte === bytes.length)).toBe(true);
    }
    await overwrites;
    expect((await client.head("busy"))?.size).toBe(250);
  });

  it("keeps everything between openings, and refuses a folder of another layout", async () => {
    const folder = await newFolder();
    const driver = await openFolder(folder);
    await clientOf(driver).put("a", "a", { metadata: { b: "\u00e9" } });
    await driver.close();
    expect((await clientOf(await openFolder(folder)).head("a"))?.metadata).toEqual({ b: "\u00e9" });
    const other = await newFolder();
    await writeFile(
      join(other, "catalog.db"),
      "no database at all, but long enough to be looked at".repeat(20),
    );
    await expect(openFolder(other)).rejects.toThrow(/not a database/);
  });

  it("loses no update of three processes that open a new folder at once and count together", async () => {
    const folder = await newFolder();
    await Promise.all([1, 2, 3].map(() => runChild("count", folder, 20)));
    expect(await (await mustGet(clientOf(await openFolder(folder)), "counter")).text()).toBe("60");
  });

  it("streams 64 MiB in and out in less than 48 MiB of memory", async () => {
    const [growth] = await runChild("stream", await newFolder(), 64);
    expect(Number(growth)).toBeLessThan(48 * 1024 * 1024);
  });

  it("is a driver module as composition roots load them", () => {
    expectTypeOf(open).toExtend<DriverModule["open"]>();
  });

  it("reads only file: URLs that it understands wholly", async () => {
    const folder = await newFolder();
    const url = new URL(`file://${folder}/with%20space?changes=off`);
    expect(folderOf(url.href)).toBe(join(folder, "with space"));
    const options = { clock: { now: () => 0 } };
    await expect(open("s3://photos", options)).rejects.toThrow("opens file: URLs");
    await expect(open("file:///tmp/x?chagnes=off", options)).rejects.toThrow("no parameter chagnes");
    await expect(open("file:///tmp/x?changes=maybe", options)).rejects.toThrow("changes");
  });
});

/** Makes what is there look two hours old: the catalog's notes, and unless told otherwise the files. */
async function letAnHourPass(folder: string, files = true): Promise<void> {
  const database = new DatabaseSync(join(folder, "catalog.db"));
  database.exec("update unreferenced set since = since - 7200000");
  database.close();
  const before = new Date(Date.now() - 7_200_000);
  if (files) for (const path of await contentFiles(folder)) await utimes(path, before, before);
}

async function contentFiles(folder: string): Promise<string[]> {
  const names = await readdir(join(folder, "content"), { recursive: true });
  const paths = names.map((name) => join(folder, "content", name));
  const found = await Promise.all(paths.map(async (path) => ((await stat(path)).isFile() ? [path] : [])));
  return found.flat();
}
