// A step of a place that could not be asked: its command finds out itself what there is.
import type { Step } from "../target.ts";

export function onlyShown(name: string, command: string): Step {
  return {
    name,
    command,
    async run() {
      throw new Error(`Cannot ${name}: what stands was not asked. Plan it again where it can be.`);
    },
  };
}

/** What one command lists, a line each, as `{}` of another. For a POSIX shell. */
export function forEach(list: string, command: string): string {
  return `${list} | xargs -I{} ${command}`;
}
