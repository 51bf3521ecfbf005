// Values as Bicep writes them. https://learn.microsoft.com/azure/azure-resource-manager/bicep/data-types

/** Bicep that is not a literal, such as a symbol. */
export class Expression {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type Value =
  | string
  | number
  | boolean
  | null
  | Expression
  | readonly Value[]
  | { readonly [name: string]: Value };

export function expression(text: string): Expression {
  return new Expression(text);
}

/** Text with expressions within, in Bicep's own interpolation: plain parts are escaped. */
export function interpolate(
  parts: TemplateStringsArray,
  ...values: readonly (Expression | string)[]
): Expression {
  const text = parts.map((part, at) => {
    const value = values[at];
    const inner =
      value === undefined ? "" : typeof value === "string" ? escapeText(value) : `\${${value.text}}`;
    return escapeText(part) + inner;
  });
  return expression(`'${text.join("")}'`);
}

export function toBicep(value: Value, indent = ""): string {
  if (value instanceof Expression) return value.text;
  if (typeof value === "string") return `'${escapeText(value)}'`;
  if (typeof value !== "object" || value === null) return String(value);
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    const items = value.map((one: Value) => `${inner}${toBicep(one, inner)}\n`);
    return items.length === 0 ? "[]" : `[\n${items.join("")}${indent}]`;
  }
  const fields = Object.entries(value).map(([name, one]) => `${inner}${key(name)}: ${toBicep(one, inner)}\n`);
  return fields.length === 0 ? "{}" : `{\n${fields.join("")}${indent}}`;
}

function key(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? name : `'${escapeText(name)}'`;
}

function escapeText(text: string): string {
  return text
    .replaceAll("\\", "\\\\")
    .replaceAll("'", "\\'")
    .replaceAll("${", "\\${")
    .replaceAll("\r", "\\r")
    .replaceAll("\n", "\\n")
    .replaceAll("\t", "\\t");
}
