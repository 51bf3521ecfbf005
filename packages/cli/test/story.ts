// What the page tells of causes and effects, as text.
import type { Locator } from "playwright-core";
import { expect } from "vitest";
import { patience } from "../../../tools/chromium.ts";

/** Waits for what a list of causes and effects tells: a line for each entry, indented below its cause, without times. */
export async function untilStory(within: Locator, wanted: RegExp): Promise<string> {
  const list = within.getByRole("list", { name: "Causes and effects" });
  const told = async (): Promise<string> => (await list.evaluateAll(outline)).join("\n");
  await expect.poll(told, patience).toMatch(wanted);
  return told();
}

/** What is read of the browser's elements. */
interface Shown {
  readonly innerText: string;
  readonly children: Iterable<Shown>;
  querySelectorAll(selectors: string): Iterable<Shown>;
}

/** Runs in the page. */
function outline(lists: readonly Shown[]): string[] {
  const linesOf = (link: Shown, indent: string): string[] => [
    ...Array.from(link.querySelectorAll(":scope > .link > p"), (line) => {
      return indent + line.innerText.replace(/^[\d:]+\s+/, "").trim();
    }),
    ...Array.from(link.querySelectorAll(":scope > ul > li"), (effect) => {
      return linesOf(effect, `${indent}  `);
    }).flat(),
  ];
  return lists.flatMap((list) => Array.from(list.children, (link) => linesOf(link, "")).flat());
}
