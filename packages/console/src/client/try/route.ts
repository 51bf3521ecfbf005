// A route's path with its parameters filled in, and header fields as people write them.

export interface RouteParameter {
  readonly name: string;
  /** It takes the rest of the path, slashes included: `{key+}`. */
  readonly rest: boolean;
}

const placeholder = /\{([^}+]+)(\+?)\}/g;

export function parametersOf(path: string): RouteParameter[] {
  return [...path.matchAll(placeholder)].map(([, name = "", plus]) => ({ name, rest: plus === "+" }));
}

export function fillRoute(path: string, parameter: (name: string) => string): string {
  return path.replace(placeholder, (_, name: string, plus: string) => {
    const value = parameter(name);
    return plus === "+" ? value.split("/").map(encodeURIComponent).join("/") : encodeURIComponent(value);
  });
}

/** Names in lower case. @throws {Error} for a line that has no name before a colon. */
export function readHeaders(text: string): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const line of text.split("\n").filter((line) => line.trim() !== "")) {
    const [, name, value = ""] = /^([!#$%&'*+.^_`|~0-9a-z-]+)\s*:\s*(.*?)\s*$/i.exec(line) ?? [];
    if (name === undefined)
      throw new Error(`Cannot read the header "${line}": write a name, a colon and a value.`);
    headers[name.toLowerCase()] = value;
  }
  return headers;
}
