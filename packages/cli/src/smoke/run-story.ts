// Tells an app's story, step by step, and says how each went.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Story, StoryApp } from "@faasade/core/story";
import { refused } from "../exit-code.ts";

export interface ToldStep {
  readonly title: string;
  /** `skipped` behind a step that failed, as steps stand on each other. */
  readonly outcome: "ok" | "failed" | "skipped";
  readonly milliseconds?: number;
  readonly reason?: string;
}

/** @throws {CommandFailure} when the app is not there, or has no story. */
export async function loadStory(root: string, app: string): Promise<Story> {
  const file = join(root, "apps", app, "story.ts");
  if (!/^[a-z0-9-]+$/.test(app) || !existsSync(join(root, "apps", app)))
    throw refused(`Cannot tell the story of ${app}: there is no such app in ${join(root, "apps")}.`);
  if (!existsSync(file))
    throw refused(
      `Cannot tell the story of ${app}: there is no ${file}. It exports steps by default, of the type Story in @faasade/core/story.`,
    );
  const { default: story } = (await import(pathToFileURL(file).href)) as { default?: Story };
  if (!Array.isArray(story))
    throw refused(`Cannot tell the story of ${app}: ${file} does not export steps by default.`);
  return story;
}

export async function* tellStory(story: Story, app: StoryApp): AsyncGenerator<ToldStep> {
  let failed = false;
  for (const { title, run } of story) {
    if (failed) {
      yield { title, outcome: "skipped" };
      continue;
    }
    const startedAt = performance.now();
    const reason = await run(app).then(
      () => undefined,
      (error: unknown) => reasonOf(error),
    );
    failed = reason !== undefined;
    const milliseconds = Math.round(performance.now() - startedAt);
    yield {
      title,
      milliseconds,
      ...(failed ? { outcome: "failed", reason } : { outcome: "ok" }),
    } as ToldStep;
  }
}

/** `fetch failed` alone helps nobody: what is behind it goes along. */
function reasonOf(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error && cause.message !== ""
    ? `${message}: ${cause.message}`
    : (message ?? String(error));
}
