// Header fields under Fetch's names, without Fetch's global class, which costs a cold start tens of milliseconds.

/** Fields as `node:http` gives them, or as pairs; names in any case. */
export type HeaderSource =
  | Readonly<Record<string, string | readonly string[] | undefined>>
  | Iterable<readonly [string, string]>;

export class LightHeaders implements Iterable<[string, string]> {
  readonly #fields: Record<string, string | string[]> = Object.create(null);

  constructor(source: HeaderSource = {}) {
    if (Symbol.iterator in source) for (const [name, value] of source) this.append(name, value);
    else
      for (const name in source) {
        const value = source[name];
        if (typeof value === "string") this.append(name, value);
        else if (value !== undefined) for (const one of value) this.append(name, one);
      }
  }

  /** The value, several joined by `, ` as Fetch does; null when there is none. */
  get(name: string): string | null {
    const value = this.#fields[name] ?? this.#fields[name.toLowerCase()];
    if (value === undefined) return null;
    return typeof value === "string" ? value : value.join(", ");
  }

  /** Every value of a repeated field, apart. */
  getAll(name: string): readonly string[] {
    const value = this.#fields[name.toLowerCase()];
    if (value === undefined) return [];
    return typeof value === "string" ? [value] : value;
  }

  getSetCookie(): readonly string[] {
    return this.getAll("set-cookie");
  }

  has(name: string): boolean {
    return this.#fields[name.toLowerCase()] !== undefined;
  }

  append(name: string, value: string): void {
    const key = name.toLowerCase();
    const present = this.#fields[key];
    if (present === undefined) this.#fields[key] = value;
    else if (typeof present === "string") this.#fields[key] = [present, value];
    else present.push(value);
  }

  set(name: string, value: string): void {
    this.#fields[name.toLowerCase()] = value;
  }

  /** Names in lower case; a repeated field comes once per value. */
  *[Symbol.iterator](): Generator<[string, string]> {
    for (const name in this.#fields) {
      for (const value of this.getAll(name)) yield [name, value];
    }
  }
}
