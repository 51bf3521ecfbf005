/** `npm run check`: types, lint, format and lockfile; everything of `npm test` but the tests. */
import { lintStep, lockStep, runSteps, typesStep } from "./steps.ts";
import { allWorkspaces } from "./workspaces.ts";

const { failed } = await runSteps([typesStep(allWorkspaces()), lintStep(), lockStep()]);
process.exitCode = failed === 0 ? 0 : 1;
