import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, matchesGlob } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { leftOutTests } from "../needed-apps.ts";
import { root } from "../workspaces.ts";

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

describe("code outside of the apps", () => {
  it("imports none, but for benchmarks, whose types are those of the app that they measure", () => {
    const files = globSync("{bench,packages,tools}/**/*.ts", {
      cwd: root,
      exclude: (path) => path.split("/").includes("node_modules") || path.endsWith("/.faasade"),
    });
    const checkedWith = (app: string, file: string): boolean => {
      const config = join(root, "apps", app, "tsconfig.json");
      // A benchmark whose app is not here is nobody's.
      if (!existsSync(config)) return true;
      const { include } = JSON.parse(readFileSync(config, "utf8"));
      return (include as string[]).some((one) => matchesGlob(file, `${one.replace("../../", "")}/**`));
    };
    const wrong = files.flatMap((path) => {
      const file = path.replaceAll("\\", "/");
      const found = /^import [^"]* from "(?:\.\.\/)+apps\/([a-z0-9-]+)\//m.exec(
        readFileSync(join(root, file), "utf8"),
      );
      const app = found?.[1];
      return app === undefined || (file.startsWith("bench/") && checkedWith(app, file)) ? [] : [file];
    });
    expect(files.length).toBeGreaterThan(100);
    expect(wrong).toEqual([]);
  });
});
