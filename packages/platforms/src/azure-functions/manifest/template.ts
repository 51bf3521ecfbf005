// A Bicep file in the making: parts are added in any order, each symbol once, and come out sorted by what they are.

import type { Labels } from "../../shared/labels.ts";
import { type Expression, expression, toBicep, type Value } from "./bicep.ts";
import { refused } from "./refusal.ts";

export interface Parameter {
  readonly type: "string" | "int" | "bool";
  readonly description: string;
  /** Without one the operator must give a value. */
  readonly default?: Value;
  readonly allowed?: readonly Value[];
  readonly minLength?: number;
  /** Kept out of logs and histories. */
  readonly isSecure?: true;
}

export interface Attributes {
  /** A condition in Bicep. */
  readonly when?: string;
}

/** Those that carry tags; what is beneath another carries none. */
const tagged = /^Microsoft\.[A-Za-z]+\/[A-Za-z]+@/;
const untagged = ["Microsoft.Authorization/roleAssignments"];

export class Template {
  readonly #labels: Labels;
  readonly #notes: string[] = [];
  readonly #parameters = new Map<string, string>();
  readonly #variables = new Map<string, string>();
  readonly #resources = new Map<string, string>();
  readonly #outputs = new Map<string, string>();

  constructor(labels: Labels) {
    this.#labels = labels;
  }

  /** Something that the operator should know before deploying. */
  note(text: string): void {
    if (!this.#notes.includes(text)) this.#notes.push(text);
  }

  parameter(
    name: string,
    { type, description, allowed, minLength, isSecure, ...rest }: Parameter,
  ): Expression {
    const lines = [
      `@description(${toBicep(description)})`,
      ...(allowed === undefined ? [] : [`@allowed(${toBicep(allowed)})`]),
      ...(minLength === undefined ? [] : [`@minLength(${minLength})`]),
      ...(isSecure === true ? ["@secure()"] : []),
      `param ${name} ${type}${rest.default === undefined ? "" : ` = ${toBicep(rest.default)}`}`,
    ];
    this.#add(this.#parameters, name, lines.join("\n"));
    return expression(name);
  }

  variable(name: string, value: Value): Expression {
    this.#add(this.#variables, name, `var ${name} = ${toBicep(value)}`);
    return expression(name);
  }

  /** Tags it where it takes tags. */
  resource(
    name: string,
    type: string,
    body: { readonly [field: string]: Value },
    { when }: Attributes = {},
  ): Expression {
    const takesTags = tagged.test(type) && !untagged.includes(type.split("@", 1)[0] as string);
    const whole = takesTags ? { ...body, tags: expression("tags") } : body;
    const condition = when === undefined ? "" : `if (${when}) `;
    this.#add(this.#resources, name, `resource ${name} '${type}' = ${condition}${toBicep(whole)}`);
    return expression(name);
  }

  /** Something that is there already, or by then. */
  existing(name: string, type: string, body: { readonly [field: string]: Value }): Expression {
    this.#add(this.#resources, name, `resource ${name} '${type}' existing = ${toBicep(body)}`);
    return expression(name);
  }

  output(name: string, description: string, value: Value): void {
    this.#outputs.set(
      name,
      `@description(${toBicep(description)})\noutput ${name} string = ${toBicep(value)}`,
    );
  }

  /** Symbols share one namespace; what is added again must be the same. */
  #add(kind: Map<string, string>, name: string, text: string): void {
    for (const map of [this.#parameters, this.#variables, this.#resources]) {
      const other = map.get(name);
      if (other === undefined || (map === kind && other === text)) continue;
      throw refused(
        undefined,
        `two of its parts would both be called ${name} in the template`,
        "Rename one of the resources or functions",
      );
    }
    kind.set(name, text);
  }

  toText(title: string): string {
    const tags = `var tags = ${toBicep({ ...this.#labels })}`;
    const parts = [
      [`// ${title}`, ...this.#notes.map((note) => `// Note: ${note.replaceAll("\n", " ")}`)].join("\n"),
      "targetScope = 'resourceGroup'",
      ...this.#parameters.values(),
      [tags, ...this.#variables.values()].join("\n"),
      ...this.#resources.values(),
      ...this.#outputs.values(),
    ];
    return `${parts.join("\n\n")}\n`;
  }
}
