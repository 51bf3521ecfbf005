// Small facts of the world that outlive it, by key.
import type { SqlDriver } from "@faasade/connectors/sql";

export async function readState<Value>(sql: SqlDriver, key: string): Promise<Value | undefined> {
  const { rows } = await sql.transaction((session) =>
    session.query<{ value: Value }>("select value from world where key = $1", [key]),
  );
  return rows[0]?.value;
}

export async function writeState(sql: SqlDriver, key: string, value: unknown): Promise<void> {
  await sql.transaction((session) =>
    session.query(
      "insert into world values ($1, $2) on conflict (key) do update set value = excluded.value",
      [key, JSON.stringify(value)],
    ),
  );
}
