// What every function pays for at each cold start: the front doors of core load core alone.
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

interface Loaded {
  readonly imported: readonly string[];
  readonly ofNode: readonly string[];
}

const probe = fileURLToPath(new URL("./loaded.ts", import.meta.url));
const source = new URL("../src/", import.meta.url).href;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "faasade-loading-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function write(name: string, text: string): Promise<string> {
  await writeFile(join(folder, name), text);
  return pathToFileURL(join(folder, name)).href;
}

/** In a process of its own: here, everything is loaded already. */
async function load(specifier: string): Promise<Loaded> {
  const first = await write("first.ts", "export const nothing: undefined = undefined;\n");
  // What the compile cache holds needs no TypeScript, and what it does not hold would bring it as a part of Node.
  const env = { ...process.env, NODE_DISABLE_COMPILE_CACHE: "1" };
  const { stdout } = await promisify(execFile)(process.execPath, [probe, first, specifier], { env });
  return JSON.parse(stdout) as Loaded;
}

describe.each(["@faasade/core", "@faasade/core/adapter", "@faasade/core/cloudevents"])("%s", (door) => {
  it("loads files of core and nothing else: no library, no part of Node", async () => {
    const { imported, ofNode } = await load(door);
    expect(imported.filter((url) => !url.startsWith(source))).toEqual([]);
    expect(ofNode).toEqual([]);
    expect(imported.length).toBeGreaterThan(5);
  });
});

describe("what this would find", () => {
  it.each<[what: string, code: string, found: { imported?: unknown[]; ofNode?: unknown[] }]>([
    ["a part of Node", 'import "node:fs";', { imported: ["node:fs"] }],
    ["a library", 'import "jose";', { imported: [expect.stringContaining("/node_modules/jose/")] }],
    ["a file elsewhere", "", { imported: [expect.stringMatching(/faulty\.ts$/)] }],
    [
      "a part of Node that is not imported",
      'process.getBuiltinModule("node:http");',
      { ofNode: ["NativeModule http"] },
    ],
    ["a global that brings one", "globalThis.Headers;", { ofNode: [expect.stringContaining("undici")] }],
  ])("is %s", async (_, code, found) => {
    const text = code.replace('"jose"', JSON.stringify(import.meta.resolve("jose")));
    const { imported, ofNode } = await load(await write("faulty.ts", `${text}\nexport {};\n`));
    for (const one of found.imported ?? []) expect(imported).toContainEqual(one);
    for (const one of found.ofNode ?? []) expect(ofNode).toContainEqual(one);
  });
});
