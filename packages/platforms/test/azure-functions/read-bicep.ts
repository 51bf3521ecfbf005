// A Bicep file read far enough to check it, as there is no compiler of Bicep here.

export interface BicepResource {
  readonly symbol: string;
  /** With its version. */
  readonly type: string;
  readonly isExisting: boolean;
  readonly condition: string | undefined;
  readonly body: string;
}

export interface BicepParameter {
  readonly isSecure: boolean;
  readonly default: string | undefined;
}

export interface BicepFile {
  readonly parameters: ReadonlyMap<string, BicepParameter>;
  readonly variables: ReadonlyMap<string, string>;
  readonly resources: readonly BicepResource[];
  readonly outputs: ReadonlyMap<string, string>;
}

/** @throws {Error} for what is no part of a file, a symbol that is declared twice, or brackets that do not match. */
export function readBicep(text: string): BicepFile {
  const parameters = new Map<string, BicepParameter>();
  const variables = new Map<string, string>();
  const resources: BicepResource[] = [];
  const outputs = new Map<string, string>();
  const symbols = new Set<string>();
  const declare = (symbol: string): void => {
    if (symbols.has(symbol)) throw new Error(`${symbol} is declared twice.`);
    symbols.add(symbol);
  };
  for (const part of partsOf(text)) {
    const whole = part.replace(/^(?:@allowed\(\[\n(?: .*\n)*\]\)\n|@.*\n)*/, "");
    const [, keyword = "", name = "", rest = ""] = /^(\w+) (\w+)(.*)$/s.exec(whole) ?? [];
    if (keyword === "targetScope") continue;
    if (keyword === "output") outputs.set(name, rest);
    else declare(name);
    if (keyword === "param") {
      const found = /^ (?:string|int|bool)(?: = (.*))?$/s.exec(rest);
      if (found === null) throw new Error(`No parameter: ${whole}`);
      parameters.set(name, { isSecure: /^@secure\(\)$/m.test(part), default: found[1] });
    } else if (keyword === "var") variables.set(name, rest);
    else if (keyword === "resource") resources.push(readResource(name, rest));
    else if (keyword !== "output") throw new Error(`No part of Bicep: ${whole}`);
    checkBrackets(whole);
  }
  return { parameters, variables, resources, outputs };
}

/** A part begins where a line does that is neither indented nor closes a bracket; its decorators stand before it. */
function partsOf(text: string): string[] {
  const parts: string[] = [];
  let decorators = "";
  for (const line of text.split("\n")) {
    if (line.startsWith("//") || line === "") continue;
    if (/^[@\])}\s]/.test(line)) {
      const isOpen = decorators !== "" && !line.startsWith("@");
      if (line.startsWith("@") || isOpen) decorators += `${line}\n`;
      else parts.push(`${parts.pop() ?? ""}\n${line}`);
      continue;
    }
    parts.push(`${decorators}${line.replace(/^targetScope = /, "targetScope scope ")}`);
    decorators = "";
  }
  return parts;
}

function readResource(symbol: string, rest: string): BicepResource {
  const [, type, existing, condition, body] =
    /^ '([\w.]+(?:\/\w+)+@\d{4}-\d\d-\d\d)'( existing)? = (?:if \((.*?)\) )?(\{\n.*\n\})$/s.exec(rest) ?? [];
  if (type === undefined || body === undefined) throw new Error(`No resource: ${symbol}${rest}`);
  return { symbol, type, isExisting: existing !== undefined, condition, body };
}

const pairs: Readonly<Record<string, string>> = { "}": "{", "]": "[", ")": "(" };

function checkBrackets(text: string): void {
  const open: string[] = [];
  for (const character of withoutTexts(text)) {
    if ("{[(".includes(character)) open.push(character);
    else if (character in pairs && open.pop() !== pairs[character])
      throw new Error(`Brackets do not match: ${text}`);
  }
  if (open.length > 0) throw new Error(`Brackets are left open: ${text}`);
}

/** Code alone: of texts what is interpolated. @throws {Error} for a text without an end. */
export function withoutTexts(text: string): string {
  let code = "";
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] !== "'") {
      code += text[at];
      continue;
    }
    for (at += 1; text[at] !== "'"; at += 1) {
      if (at >= text.length || text[at] === "\n") throw new Error(`A text has no end: ${text}`);
      if (text[at] === "\\") at += 1;
      else if (text.startsWith("${", at)) {
        const end = closing(text, at + 2);
        code += `(${withoutTexts(text.slice(at + 2, end))})`;
        at = end;
      }
    }
  }
  return code;
}

function closing(text: string, from: number): number {
  let depth = 1;
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === "'") at = text.indexOf("'", at + 1);
    else if (text[at] === "{") depth += 1;
    else if (text[at] === "}" && --depth === 0) return at;
  }
  throw new Error(`An interpolation has no end: ${text}`);
}

/** Every symbol that code mentions: names that are no property, no field, no function and no literal. */
export function mentioned(text: string): string[] {
  const code = withoutTexts(text);
  const names = code.matchAll(/(?<![\w.])([A-Za-z_]\w*)(?!\w|\s*:(?!:)|\()/g);
  const literals = new Set(["true", "false", "null", "if", "string", "int", "bool"]);
  return [...names].map(([, name]) => name as string).filter((name) => !literals.has(name));
}
