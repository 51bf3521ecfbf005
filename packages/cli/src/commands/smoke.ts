// faasade smoke: tells an app's story against what was deployed, or against the local world.
import type { Command } from "commander";
import { CommandFailure, exitCodes, refused } from "../exit-code.ts";
import { addExamples } from "../help.ts";
import { findRoot, runningWorld } from "../here.ts";
import { oneLine, print, printJson, remark, styled } from "../output.ts";
import type { ToldStep } from "../smoke/run-story.ts";
import { addStageOptions, type StageOptions } from "../stage/options.ts";

interface SmokeOptions extends StageOptions {
  readonly json?: true;
}

export default function defineSmoke(command: Command): void {
  command.argument("[app]", "whose story is told; may be left out where only one is meant");
  addStageOptions(command)
    .option("--json", 'for machines: {"app":…,"url":…,"steps":[{"title":…,"outcome":…,"milliseconds":…}]}')
    .action(smoke);
  command.addHelpText(
    "after",
    "\nThe story is apps/<app>/story.ts, which the app's README tells, too. Exits with 1 when a step fails.",
  );
  addExamples(command, [
    ["smoke shop", "against the local world, which has to run"],
    ["smoke shop --stage demo", "against what was deployed"],
  ]);
}

async function smoke(named: string | undefined, options: SmokeOptions): Promise<void> {
  const { loadStory, tellStory } = await import("../smoke/run-story.ts");
  const { app, told, close } = await (options.stage === undefined
    ? openLocal(named, options)
    : openDeployed(named, options));
  const steps: ToldStep[] = [];
  try {
    for await (const step of tellStory(await loadStory(findRoot(), app), told)) {
      steps.push(step);
      if (!options.json) print(line(step));
    }
  } finally {
    await close();
  }
  const failed = steps.find(({ outcome }) => outcome === "failed");
  if (options.json) printJson({ app, url: told.url, steps });
  else
    remark(`${app} at ${told.url}: ${failed === undefined ? "the story is true" : "the story is not true"}`);
  if (failed !== undefined) process.exitCode = exitCodes.failed;
}

async function openLocal(named: string | undefined, { target }: SmokeOptions) {
  if (target !== undefined)
    throw new CommandFailure(exitCodes.usage, "Cannot look for a target without its --stage: say both.");
  const client = await runningWorld();
  const apps = Object.keys((await client.status()).apps);
  const app = named ?? (apps.length === 1 ? apps[0] : undefined);
  if (app === undefined)
    throw refused(
      `Cannot tell whose story is meant: the world runs ${apps.join(", ") || "no app"}. Name one.`,
    );
  const { localApp } = await import("../smoke/local-app.ts");
  return { app, told: await localApp(client, app, newMark()), close: async () => {} };
}

async function openDeployed(named: string | undefined, options: SmokeOptions) {
  const { openStage } = await import("../stage/open-stage.ts");
  const { stageApp } = await import("../smoke/stage-app.ts");
  const { ledger, client } = await openStage(options, named);
  return { app: ledger.app, told: stageApp(client, newMark()), close: () => client.close() };
}

function newMark(): string {
  return `story${Date.now().toString(36)}`;
}

function line({ title, outcome, milliseconds, reason }: ToldStep): string {
  const colour = { ok: "green", failed: "red", skipped: "dim" } as const;
  const took = milliseconds === undefined ? "" : styled("dim", ` (${(milliseconds / 1000).toFixed(1)} s)`);
  const why = reason === undefined ? "" : `\n         ${oneLine(reason, 1000)}`;
  return `${styled(colour[outcome], outcome.padEnd(7))}  ${title}${took}${why}`;
}
