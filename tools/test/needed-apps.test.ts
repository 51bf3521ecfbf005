import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { leftOutTests } from "../needed-apps.ts";

const folder = mkdtempSync(join(tmpdir(), "faasade-needed-"));
beforeAll(() => {
  const files = {
    "apps/shop/package.json": "{}",
    "packages/a/test/one.test.ts": "// What it is.\n// Needs apps/shop.\n",
    "packages/a/test/deep/two.test.ts": "// Needs apps/shop and apps/stall.\n",
    "packages/a/test/three.test.ts": '// About apps/stall.\nconst text = "// Needs apps/stall.";\n',
  };
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("a test that needs an app", () => {
  it("is left out where that is not here, and only there", () => {
    expect(leftOutTests("packages/a", folder)).toEqual([
      { file: "test/deep/two.test.ts", apps: ["apps/stall"] },
    ]);
    rmSync(join(folder, "apps"), { recursive: true });
    expect(leftOutTests("packages/a", folder).map(({ apps }) => apps)).toEqual([
      ["apps/shop", "apps/stall"],
      ["apps/shop"],
    ]);
  });
});
