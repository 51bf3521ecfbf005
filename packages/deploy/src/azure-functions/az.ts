// az of one subscription and resource group.
import { commandLine, runTool, type ToolCall, type ToolOutput, tryTool } from "../shared/tool.ts";
import type { Place, StageId } from "../target.ts";
import { knownErrors } from "./errors.ts";

export interface Az {
  readonly group: string;
  readonly location: string;
  /** As somebody would type it. */
  readonly line: (args: readonly string[]) => string;
  readonly run: (args: readonly string[], call: ToolCall) => Promise<string>;
  readonly attempt: (args: readonly string[], call: ToolCall) => Promise<ToolOutput>;
  readonly json: <Answer>(args: readonly string[], call: ToolCall) => Promise<Answer>;
}

export const defaultLocation = "westeurope";

/** The resource group is the stage's own unless another is said. */
export function azAt(id: Pick<StageId, "name">, place: Place): Az {
  const { subscription, group = id.name, location = defaultLocation } = place;
  const own = [...(subscription === undefined ? [] : ["--subscription", subscription]), "--only-show-errors"];
  const run: Az["run"] = (args, call) => runTool("az", [...args, ...own], call, knownErrors);
  return {
    group,
    location,
    line: (args) => commandLine("az", [...args, ...own]),
    run,
    attempt: (args, call) => tryTool("az", [...args, ...own], call, knownErrors),
    json: async <Answer>(args: readonly string[], call: ToolCall) =>
      JSON.parse((await run([...args, "--output", "json"], call)).trim() || "null") as Answer,
  };
}
