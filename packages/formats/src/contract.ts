// A contract with whoever sends files: which columns they have, and what is said when they have others.

export interface ContractColumn {
  readonly name: string;
  /** Default: true. A file without a required column cannot be used. */
  readonly isRequired?: boolean;
  /** Names it had before, or has elsewhere. */
  readonly aliases?: readonly string[];
}

/** How a file's columns differ from the contract. */
export interface Drift {
  readonly missing: readonly string[];
  /** Columns that the contract does not know. */
  readonly added: readonly string[];
  /** The contract's name, by the file's. */
  readonly renamed: Readonly<Record<string, string>>;
}

export interface Comparison {
  /** Where each column of the contract stands in a row; one that is missing is not there. */
  readonly places: ReadonlyMap<string, number>;
  /** Undefined when there is nothing to report. */
  readonly drift: Drift | undefined;
  /** Why such a file cannot be used. */
  readonly problem: string | undefined;
}

/** Names are compared without case; a column's own name comes before its aliases. */
export function compareColumns(contract: readonly ContractColumn[], found: readonly string[]): Comparison {
  const known = found.map((name) => name.toLowerCase());
  const places = new Map<string, number>();
  for (const { name, aliases = [] } of contract) {
    const place = known.indexOf([name, ...aliases].find((one) => known.includes(one)) ?? name);
    if (place >= 0) places.set(name, place);
  }
  const taken = new Set(places.values());
  const renamed = [...places].filter(([name, place]) => known[place] !== name);
  const drift: Drift = {
    missing: contract.map(({ name }) => name).filter((name) => !places.has(name)),
    added: found.filter((_, place) => !taken.has(place)),
    renamed: Object.fromEntries(renamed.map(([name, place]) => [found[place], name])),
  };
  const differs = drift.missing.length + drift.added.length + renamed.length > 0;
  return { places, drift: differs ? drift : undefined, problem: problemOf(contract, drift) };
}

function problemOf(contract: readonly ContractColumn[], { missing, added }: Drift): string | undefined {
  const required = contract.filter(({ isRequired = true }) => isRequired).map(({ name }) => name);
  const lacking = required.filter((name) => missing.includes(name));
  if (lacking.length === 0) return undefined;
  const hint = added.length > 0 ? ` It has ${added.join(", ")} instead: was a column renamed?` : "";
  return `The file lacks the column ${lacking.join(", ")}.${hint}`;
}
