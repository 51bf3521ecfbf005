// A statement from a template tag or from text and parameters; a template's values can only become parameters.
import type { SqlValue } from "./driver.ts";

export type StatementInput =
  | readonly [strings: TemplateStringsArray, ...values: readonly SqlValue[]]
  | readonly [text: string, params?: readonly SqlValue[] | undefined];

export interface Statement {
  readonly text: string;
  readonly params: readonly SqlValue[];
}

export function toStatement(input: StatementInput): Statement {
  const [first, ...rest] = input;
  if (typeof first === "string")
    return { text: first, params: (rest[0] as readonly SqlValue[] | undefined) ?? [] };
  return { text: textOf(first), params: rest };
}

// A template of the source is the same array each time it runs.
const texts = new WeakMap<TemplateStringsArray, string>();

function textOf(strings: TemplateStringsArray): string {
  let text = texts.get(strings);
  if (text === undefined) {
    text = strings.reduce((before, after, place) => `${before}$${place}${after}`);
    texts.set(strings, text);
  }
  return text;
}
