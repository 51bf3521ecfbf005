// The shape of the app: its first path is short, and each function stands in the file of its name.
import { readdir, readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";

const src = new URL("../src/", import.meta.url);
const firstPath = ["functions/ingest-readings.ts", "read-message.ts", "store.ts"];

function read(file: string): Promise<string> {
  return readFile(new URL(file, src), "utf8");
}

async function everythingBehind(file: string, found = new Set<string>()): Promise<Set<string>> {
  if (found.has(file)) return found;
  found.add(file);
  for (const [, specifier = ""] of (await read(file)).matchAll(/from "(\.[^"]+)"/g)) {
    await everythingBehind(new URL(specifier, new URL(file, src)).href.slice(src.href.length), found);
  }
  return found;
}

describe("the app", () => {
  it("has a first path of three files and at most 150 lines, and what these lean on; it works without the rest", async () => {
    const lines = await Promise.all(
      firstPath.map(async (file) => (await read(file)).trimEnd().split("\n").length),
    );
    expect(lines.reduce((sum, one) => sum + one)).toBeLessThanOrEqual(150);
    expect([...(await everythingBehind("functions/ingest-readings.ts"))].sort()).toEqual(
      [
        ...firstPath,
        ...[
          "firmware.ts",
          "judge.ts",
          "measured-at.ts",
          "meet-devices.ts",
          "quarantine.ts",
          "units.ts",
          "unpack.ts",
        ],
        ...[
          "watch.ts",
          "resources/limits.ts",
          "resources/readings.ts",
          "resources/rules.ts",
          "resources/telemetry.ts",
        ],
      ].sort(),
    );
  });

  it("defines each function in the file of its name", async () => {
    for (const file of await readdir(new URL("functions/", src)))
      expect(await read(`functions/${file}`)).toContain(`  name: "${file.replace(".ts", "")}",`);
  });
});
