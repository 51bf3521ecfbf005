// The shape of the app: its first path is short and stands alone, and it starts light.
import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";

const src = new URL("../src/", import.meta.url);
const firstPath = ["functions/make-renditions.ts", "settle.ts", "render.ts"];

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
    expect([...(await everythingBehind("functions/make-renditions.ts"))].sort()).toEqual(
      [
        ...firstPath,
        ...["budget.ts", "ending.ts", "inspect.ts", "manifest.ts", "packed.ts", "plan.ts"],
        ...["render-stored.ts", "sharp.ts", "sniff.ts", "svg.ts", "outlines.ts", "path-length.ts"],
        ...["resources/photos.ts", "resources/renditions.ts", "resources/rendering.ts"],
      ].sort(),
    );
  });

  it("defines each function in the file of its name", async () => {
    for (const file of await readdir(new URL("functions/", src))) {
      expect(await read(`functions/${file}`)).toContain(`  name: "${file.replace(".ts", "")}",`);
    }
  });

  it("loads the image library with the first picture, not with the functions", async () => {
    const script = fileURLToPath(new URL("children/load.ts", import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, [script], { timeout: 60_000 });
    expect(JSON.parse(stdout)).toEqual({ before: false, after: true });
  });
});
