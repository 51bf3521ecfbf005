// Optional tools: where they are, and what is not proved without them.
import { findTool, type OptionalTool, optionalTools } from "../../../../tools/optional-tools.ts";
import type { Check } from "./checks.ts";

export function checkTools(): Check[] {
  return Object.values<OptionalTool>(optionalTools).map((tool) => {
    const path = findTool(tool);
    return path === undefined
      ? { name: tool.title, state: "missing", detail: `optional; without it ${tool.without}` }
      : { name: tool.title, state: "ok", detail: path };
  });
}
