/**
 * One run over every workspace: its tests are test/**\/*.test.ts, but for those inside real runtimes, which
 * `npm run test:runtimes` runs.
 */
import { availableParallelism } from "node:os";
import { configDefaults, defineConfig } from "vitest/config";
import { LongestFirst } from "./tools/longest-first.ts";
import { leftOutTests } from "./tools/needed-apps.ts";
import { partsEnvironment } from "./tools/runtimes/parts.ts";
import { allWorkspaces } from "./tools/workspaces.ts";

export default defineConfig({
  test: {
    pool: "forks",
    // Many tests wait, for processes and deadlines: three more than there are processors keep these at work.
    maxWorkers: Math.min(availableParallelism(), 7) + 3,
    sequence: { sequencer: LongestFirst },
    // These end what hangs; on a busy machine much takes long, starting servers and making databases above all.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    passWithNoTests: true,
    // Some of the platforms' own tools judge what is generated, where they are installed.
    env: partsEnvironment(),
    projects: allWorkspaces().map(({ name, folder }) => ({
      extends: true,
      root: folder,
      test: {
        name,
        include: ["test/**/*.test.ts"],
        exclude: [
          ...configDefaults.exclude,
          "test/runtimes/**",
          ...leftOutTests(folder).map(({ file }) => file),
        ],
      },
    })),
  },
});
