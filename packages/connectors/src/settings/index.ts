// Where settings and URLs of resources come from: the environment, then a file the operator keeps.
import { readFileSync, statSync } from "node:fs";
import { FunctionError } from "@faasade/core";
import { type ConfigurationSource, toVariable } from "@faasade/core/adapter";

export interface SettingsSourceOptions {
  /** Usually `process.env`. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** A JSON file such as `{ "MAX_PIXELS": 1000 }` or `{ "maxPixels": 1000 }`; it need not be there. */
  readonly file?: string;
}

const maxBytes = 1024 * 1024;

/**
 * A source for the pipeline: text by variable, undefined when nobody set it. Values of the file that are not strings
 * are given as JSON, null counts as not set; the file is read again when it has changed.
 * @throws {FunctionError} `unavailable`, from the source, when the file cannot be understood.
 */
export function settingsSource({ environment, file }: SettingsSourceOptions): ConfigurationSource {
  const kept = file === undefined ? undefined : new SettingsFile(file);
  return (variable) => environment[variable] ?? kept?.values().get(variable);
}

class SettingsFile {
  readonly #path: string;
  #version = "";
  #values: ReadonlyMap<string, string> = new Map();

  constructor(path: string) {
    this.#path = path;
  }

  values(): ReadonlyMap<string, string> {
    const stat = statSync(this.#path, { throwIfNoEntry: false });
    const version = stat === undefined ? "" : `${stat.mtimeMs} ${stat.size} ${stat.ino}`;
    if (version !== this.#version) {
      this.#values = stat === undefined ? new Map() : this.#read(stat.size);
      this.#version = version;
    }
    return this.#values;
  }

  #read(size: number): ReadonlyMap<string, string> {
    if (size > maxBytes) throw this.#refusal(`it has ${size} bytes, more than ${maxBytes}`);
    const document = this.#parse(readFileSync(this.#path, "utf8"));
    if (typeof document !== "object" || document === null || Array.isArray(document)) {
      throw this.#refusal('it should hold one JSON object, such as { "MAX_PIXELS": 1000 }');
    }
    const values = new Map<string, string>();
    for (const [name, value] of Object.entries(document)) {
      const variable = toVariable(name);
      if (values.has(variable)) throw this.#refusal(`it sets ${variable} twice`);
      if (value !== null) values.set(variable, typeof value === "string" ? value : JSON.stringify(value));
    }
    return values;
  }

  #parse(text: string): unknown {
    try {
      return JSON.parse(text.replace(/^\uFEFF/, ""));
    } catch (error) {
      const position = /position \d+( \(line \d+ column \d+\))?/.exec((error as Error).message)?.[0];
      throw this.#refusal(`it is not JSON${position === undefined ? "" : ` at ${position}`}`);
    }
  }

  #refusal(why: string): FunctionError {
    return new FunctionError("unavailable", `Cannot read settings from ${this.#path}: ${why}.`);
  }
}
