/** The tests that run artefacts inside the platforms' own runtimes; they find these where the installer puts them. */
import { join } from "node:path";
import { configDefaults, defineConfig } from "vitest/config";
import { leftOutTests } from "../needed-apps.ts";
import { root } from "../workspaces.ts";
import { partsEnvironment } from "./parts.ts";

export default defineConfig({
  test: {
    name: "runtimes",
    root: join(root, "packages", "platforms"),
    include: [
      "test/runtimes/**/*.test.ts",
      "../connectors/test/servers/**/*.test.ts",
      "../deploy/test/runtimes/**/*.test.ts",
    ],
    exclude: [
      ...configDefaults.exclude,
      ...leftOutTests("packages/platforms").map(({ file }) => file),
      ...leftOutTests("packages/deploy").map(({ file }) => `../deploy/${file}`),
    ],
    env: partsEnvironment(),
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
