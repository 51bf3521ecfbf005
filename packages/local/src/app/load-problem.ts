// Why an app's source does not load: in one line for who is told, whole for the log.
import { sep } from "node:path";
import { pathToFileURL } from "node:url";
import { toFunctionError } from "@faasade/core/adapter";

export interface LoadProblem {
  /** One line, with the place in the app's own source where there is one; its paths are relative to the app. */
  readonly problem: string;
  readonly detail: string;
}

/** @param folder the app's, absolute. */
export function loadProblem(thrown: unknown, folder: string): LoadProblem {
  const error = thrown instanceof Error ? thrown : toFunctionError(thrown);
  const { name, message, stack: detail = message } = error;
  const [line = ""] = message.split("\n");
  const said = line.replaceAll(`${folder}${sep}`, "");
  const place = placeIn(detail, `${pathToFileURL(folder).href}/`);
  return {
    problem: `${name === "SyntaxError" ? "SyntaxError: " : ""}${said}${place === undefined ? "" : ` (${place})`}`,
    detail,
  };
}

/** `src/functions/greet.ts:3`, of a stack that names files by URLs. */
function placeIn(stack: string, folder: string): string | undefined {
  const at = stack.indexOf(folder);
  return at === -1 ? undefined : /^[^\s:)]+:\d+/.exec(stack.slice(at + folder.length))?.[0];
}
