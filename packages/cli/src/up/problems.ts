// What goes wrong while the world runs, one line each; silent otherwise.
import type { World } from "@faasade/local";
import { oneLine, problemLength, styled } from "../output.ts";

/** @returns a function that ends the reporting. */
export function reportProblems(world: World, say: (line: string) => void): () => void {
  const states = new Map([...world.apps].map(([name, { state }]) => [name, state]));
  let disk = world.disk.problem;
  const stops = [
    world.onChange(() => {
      const { problem: full } = world.disk;
      if (full !== undefined && disk === undefined) say(styled("red", full));
      disk = full;
      for (const [name, { state, problem }] of world.apps) {
        const before = states.get(name);
        if (before === state) continue;
        states.set(name, state);
        if (state === "failed")
          say(styled("red", `${name} does not start: ${oneLine(problem ?? "", problemLength)}`));
        if (state === "gone") say(styled("red", `${name} is stopped: ${oneLine(problem ?? "")}`));
        if (state === "ready") say(styled("green", `${name} runs again.`));
      }
    }),
    world.journal.onEntry(({ kind, title, detail }) => {
      if (kind === "dead-letter") say(styled("red", `${title} gave up: ${oneLine(detail ?? "")}`));
    }),
    world.logs.onLine(({ app, message }) => {
      if (/ and (is )?started again\.$/.test(message)) say(styled("yellow", oneLine(`${app}: ${message}`)));
    }),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}
