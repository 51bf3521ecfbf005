/** One run over every workspace: its tests are test/**\/*.test.ts. */
import { defineConfig } from "vitest/config";
import { allWorkspaces } from "./tools/workspaces.ts";

export default defineConfig({
  test: {
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 30_000,
    passWithNoTests: true,
    projects: allWorkspaces().map(({ name, folder }) => ({
      extends: true,
      root: folder,
      test: { name, include: ["test/**/*.test.ts"] },
    })),
  },
});
