// The same sources give the same bytes, whenever, wherever and by whomever they are built.
// Needs apps/hello.

import fc from "fast-check";
import { unzipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { zip } from "../src/form/zip.ts";
import { buildApp } from "../src/index.ts";
import { processPlatform, root } from "./process-platform.ts";
import { buildInChild } from "./start.ts";
import { copyOfHello, readTree, temporaryFolder } from "./workspace.ts";

describe("a build", () => {
  it.each(["zip", "image"])(
    "is byte-identical elsewhere, in another time zone, with another umask (%s)",
    async (packaging) => {
      const [here, there] = [await temporaryFolder(), await temporaryFolder()];
      const copy = await copyOfHello();
      const options = { app: "hello", packaging, unit: "function", stage: "test" };
      const runs = await Promise.all([
        buildInChild(
          { ...options, root, outFolder: here, umask: 0o022 },
          { cwd: root, env: { TZ: "Asia/Tokyo" } },
        ),
        buildInChild(
          { ...options, root: copy, outFolder: there, umask: 0o077 },
          { cwd: there, env: { TZ: "America/Lima" } },
        ),
      ]);
      expect(runs.map(({ code, said }) => (code === 0 ? "built" : said))).toEqual(["built", "built"]);
      const [one, other] = [await readTree(here), await readTree(there)];
      expect([...one.keys()]).toEqual([...other.keys()]);
      expect(one.size).toBeGreaterThan(4);
      for (const [path, bytes] of one) expect(other.get(path)?.equals(bytes), path).toBe(true);
    },
  );

  it("leaves nothing of this machine in what it writes", async () => {
    const outFolder = await temporaryFolder();
    await buildApp({ root, app: "hello", platform: processPlatform, stage: "test", outFolder });
    for (const [path, bytes] of await readTree(outFolder)) {
      expect(bytes.includes(root), path).toBe(false);
      expect(bytes.includes(outFolder), path).toBe(false);
    }
  });
});

describe("a zip", () => {
  const path = fc.stringMatching(/^[a-z]{1,8}(\/[a-zé]{1,8}){0,2}\.[a-z]$/);
  const files = fc.uniqueArray(fc.record({ path, bytes: fc.uint8Array({ maxLength: 2000 }) }), {
    selector: (file) => file.path,
    maxLength: 8,
  });

  it("gives back what went in, and does not depend on the order", () => {
    fc.assert(
      fc.property(files, (files) => {
        const bytes = zip(files);
        expect(Buffer.from(zip([...files].reverse())).equals(bytes)).toBe(true);
        const unpacked = unzipSync(bytes);
        expect(Object.keys(unpacked).length).toBe(files.length);
        for (const { path, bytes } of files)
          expect(Buffer.from(unpacked[path] ?? []).equals(bytes)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  it("marks programs as such, and nothing else", () => {
    const text = (value: string): Uint8Array => new TextEncoder().encode(value);
    const bytes = zip([
      { path: "a.mjs", bytes: text("export {};") },
      { path: "b.sh", bytes: text("#!/bin/sh\n") },
      { path: "c.so", bytes: text("\x7fELF") },
    ]);
    expect(centralDirectory(bytes)).toEqual([
      { path: "a.mjs", madeOn: 3, mode: 0o100644 },
      { path: "b.sh", madeOn: 3, mode: 0o100755 },
      { path: "c.so", madeOn: 3, mode: 0o100755 },
    ]);
  });
});

/** The entries as APPNOTE.TXT 4.3.12 lays them out. */
function centralDirectory(zipped: Uint8Array): { path: string; madeOn: number; mode: number }[] {
  const bytes = Buffer.from(zipped);
  const found = [];
  const signature = Buffer.from("PK\x01\x02", "latin1");
  for (let at = bytes.indexOf(signature); at !== -1; at = bytes.indexOf(signature, at + 46)) {
    const length = bytes.readUInt16LE(at + 28);
    const path = bytes.toString("utf8", at + 46, at + 46 + length);
    found.push({ path, madeOn: bytes[at + 5] ?? -1, mode: bytes.readUInt32LE(at + 38) >>> 16 });
  }
  return found;
}
