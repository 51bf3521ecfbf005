// Makes a schema of Postgres, in which an app's database or the tables of queues live.

/** Leaves one that is there as it is. @throws {FunctionError} `unavailable` when the server cannot be asked. */
export async function makeSchema(url: string, schema: string): Promise<void> {
  const { open } = await import("@faasade/connectors/sql/pg");
  const driver = await open(url);
  try {
    await driver.execute(`create schema if not exists "${schema}"`);
  } finally {
    await driver.close();
  }
}
