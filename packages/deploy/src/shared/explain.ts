// What a platform's tool objects to, with what would help: the first row that fits its words.
import { Refusal } from "@faasade/platforms/shared/refusal";

export interface KnownError {
  readonly said: RegExp;
  /** `$1` and so on stand for what the pattern found. */
  readonly why: Words;
  readonly fix: Words;
  /** Whether the same would be refused another time. */
  readonly lasting?: true;
}

type Words = string | ((found: Readonly<RegExpExecArray>) => string);

/** @param what was attempted, in words: `create the bucket`. */
export function explain(what: string, said: string, known: readonly KnownError[]): Error {
  for (const { said: pattern, why, fix, lasting } of known) {
    const found = pattern.exec(said);
    if (found === null) continue;
    const fill = (words: Words): string =>
      typeof words === "string"
        ? words.replaceAll(/\$(\d)/g, (_, index) => found[Number(index)] ?? "")
        : words(found);
    const message = `Cannot ${what}: ${fill(why)}. ${fill(fix)}.`;
    return lasting ? new Refusal(message) : new Error(message);
  }
  const lines = said.trim().split("\n").slice(-3).join("\n") || "it said nothing";
  return new Error(`Cannot ${what}: ${lines}${/[.!?]$/.test(lines) ? "" : "."}`);
}
