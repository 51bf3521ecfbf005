// gcloud of one project and region.

import { commandLine, runTool, type ToolCall, type ToolOutput, tryTool } from "../shared/tool.ts";
import type { Place } from "../target.ts";
import { knownErrors } from "./errors.ts";

export interface Gcloud {
  readonly project: string;
  readonly region: string;
  /** As somebody would type it. */
  readonly line: (args: readonly string[]) => string;
  readonly run: (args: readonly string[], call: ToolCall) => Promise<string>;
  readonly attempt: (args: readonly string[], call: ToolCall) => Promise<ToolOutput>;
  readonly json: <Answer>(args: readonly string[], call: ToolCall) => Promise<Answer>;
}

export const defaultRegion = "europe-west1";

export function gcloudAt({ project = "", region = defaultRegion }: Place): Gcloud {
  // Never an answer from the keyboard: a question is answered with its default, or refused.
  const own = [...(project === "" ? [] : [`--project=${project}`]), "--quiet"];
  const run: Gcloud["run"] = (args, call) => runTool("gcloud", [...args, ...own], call, knownErrors);
  return {
    project,
    region,
    line: (args) => commandLine("gcloud", [...args, ...own]),
    run,
    attempt: (args, call) => tryTool("gcloud", [...args, ...own], call, knownErrors),
    json: async <Answer>(args: readonly string[], call: ToolCall) =>
      JSON.parse((await run([...args, "--format=json"], call)).trim() || "[]") as Answer,
  };
}
