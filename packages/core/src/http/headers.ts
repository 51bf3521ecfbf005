// Header fields under Fetch's names, without Fetch's global class, which costs a cold start tens of milliseconds.

/** Fields as `node:http` gives them, or as pairs; names in any case. */
export type HeaderSource = FieldRecord | Iterable<readonly [string, string]>;

type FieldRecord = Readonly<Record<string, string | readonly string[] | undefined>>;

type Values = string | string[];
type Fields = Record<string, Values>;

export class LightHeaders implements Iterable<[string, string]> {
  readonly #source: HeaderSource;
  readonly #isLowerCase: boolean;
  #gathered: Fields | undefined;

  /** @param isLowerCase whether every name is in lower case already, so that a field is found without a search. */
  constructor(source: HeaderSource = {}, isLowerCase = false) {
    this.#source = source;
    this.#isLowerCase = isLowerCase;
    // Pairs may come from a generator, which gives them once.
    if (Symbol.iterator in source) this.#gathered = gather(source);
  }

  /** The value, several joined by `, ` as Fetch does; null when there is none. */
  get(name: string): string | null {
    const value = this.#find(name.toLowerCase());
    if (value === undefined) return null;
    return typeof value === "string" ? value : value.join(", ");
  }

  /** Every value of a repeated field; apart only where the server keeps them so: Node joins most by ", ". */
  getAll(name: string): readonly string[] {
    const value = this.#find(name.toLowerCase());
    if (value === undefined) return [];
    return typeof value === "string" ? [value] : value;
  }

  getSetCookie(): readonly string[] {
    return this.getAll("set-cookie");
  }

  has(name: string): boolean {
    return this.#find(name.toLowerCase()) !== undefined;
  }

  append(name: string, value: string): void {
    const fields = this.#fields;
    const key = name.toLowerCase();
    fields[key] = joined(fields[key], value);
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

  get #fields(): Fields {
    this.#gathered ??= gather(this.#source);
    return this.#gathered;
  }

  /** Most requests are asked for a few fields, so that to gather all would be wasted. */
  #find(key: string): Values | undefined {
    if (this.#gathered !== undefined) return this.#gathered[key];
    const record = this.#source as FieldRecord;
    if (this.#isLowerCase) return Object.hasOwn(record, key) ? joined(undefined, record[key]) : undefined;
    let found: Values | undefined;
    for (const name in record) {
      const isWanted = name === key || (name.length === key.length && name.toLowerCase() === key);
      if (isWanted) found = joined(found, record[name]);
    }
    return found;
  }
}

function gather(source: HeaderSource): Fields {
  const fields: Fields = Object.create(null);
  const add = (name: string, value: FieldRecord[string]): void => {
    const key = name.toLowerCase();
    const all = joined(fields[key], value);
    if (all !== undefined) fields[key] = all;
  };
  if (Symbol.iterator in source) for (const [name, value] of source) add(name, value);
  else for (const name in source) add(name, source[name]);
  return fields;
}

function joined(before: Values | undefined, more: string): Values;
function joined(before: Values | undefined, more: FieldRecord[string]): Values | undefined;
function joined(before: Values | undefined, more: FieldRecord[string]): Values | undefined {
  if (more === undefined) return before;
  if (before === undefined && typeof more === "string") return more;
  const all = [before ?? [], more].flat() as string[];
  return all.length === 0 ? undefined : all.length === 1 ? all[0] : all;
}
