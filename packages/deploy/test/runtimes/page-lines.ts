// A page of documentation as its sections, with what commands print there; and which of these lines were not printed.

export interface Section {
  readonly commands: readonly (readonly string[])[];
  /** Blocks of what was printed. */
  readonly printed: readonly (readonly string[])[];
}

/** By the title of the second level; commands as the words after `npm run faasade --`. */
export function sectionsOf(text: string): ReadonlyMap<string, Section> {
  return new Map(
    text
      .split(/^## /m)
      .slice(1)
      .map((part) => {
        const blocks = [...part.matchAll(/^```(\w+)[^\n]*\n([\s\S]*?)^```$/gm)];
        const of = (language: string) =>
          blocks.flatMap(([, name, body = ""]) => (name === language ? [body] : []));
        const lines = of("sh").flatMap((body) => body.split("\n"));
        const commands = lines.flatMap((line) => {
          const [, words] = /^npm run faasade -- (.*)$/.exec(line) ?? [];
          return words === undefined ? [] : [words.split(" ")];
        });
        const printed = of("text").map((body) => body.trimEnd().split("\n"));
        return [part.split("\n", 1)[0] ?? "", { commands, printed }];
      }),
  );
}

/** What differs from one run, machine or day to the next, and how it may look. */
const varying: readonly (readonly [RegExp, string])[] = [
  [/…/g, ".*"],
  [/\b[0-9a-f]{12,64}\b/g, "[0-9a-f]+"],
  [/\d+ files\b/g, "\\d+ files"],
  [/[\d.]+ (KiB|MiB)/g, "[\\d.]+ $1"],
  [/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "\\S+Z"],
  [/\(\d+ ms\)/g, "\\(\\d+ ms\\)"],
  [/, \d+ s\b/g, ", \\d+ s"],
  [/(IMAGE_SIGNING_KEY)-\w{6}$/g, "$1-\\w{6}"],
  [/aws-cli\/\S+ Python\/\S+/g, "aws-cli/\\S+ Python/\\S+"],
  [/^ +/g, " +"],
  [/ {2,}/g, " +"],
];

/** The lines that are not among what was said, in their order. What every command of AWS ends with is cut on the page. */
export function missingOf(
  printed: readonly string[] = ["a block of what is printed"],
  said: readonly string[],
): string[] {
  let at = 0;
  return printed.filter((line) => {
    if (line.trim() === "…") return false;
    const pattern = new RegExp(`^${patternOf(line)}( --region \\S+)?( --endpoint-url \\S+)?$`);
    const found = said.findIndex((one, index) => index >= at && pattern.test(one.trimEnd()));
    if (found !== -1) at = found;
    return found === -1;
  });
}

function patternOf(line: string): string {
  const parts: string[] = [];
  let rest = line;
  while (rest !== "") {
    const next = varying
      .map(([pattern, instead]) => ({ match: new RegExp(pattern.source, "m").exec(rest), instead, pattern }))
      .filter(({ match, pattern }) => match !== null && (rest === line || !pattern.source.startsWith("^")))
      .sort((one, other) => (one.match?.index ?? 0) - (other.match?.index ?? 0))[0];
    if (next?.match == null) {
      parts.push(literal(rest));
      break;
    }
    const { match, instead, pattern } = next;
    parts.push(literal(rest.slice(0, match.index)), match[0].replace(pattern, instead));
    rest = rest.slice(match.index + match[0].length);
  }
  return parts.join("");
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}
