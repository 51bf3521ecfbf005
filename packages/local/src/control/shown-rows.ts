// Rows of a database as JSON can hold them.

interface Result {
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  readonly count: number;
}

/** Bytes as Postgres writes them: `\x` and hexadecimal digits. */
export function shownRows({ rows, count }: Result): Result {
  return {
    rows: rows.map((row) =>
      Object.fromEntries(Object.entries(row).map(([name, value]) => [name, shown(value)])),
    ),
    count,
  };
}

function shown(value: unknown): unknown {
  return value instanceof Uint8Array ? `\\x${Buffer.from(value).toString("hex")}` : value;
}
