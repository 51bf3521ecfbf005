/** Time that passes at once for queues in a database: whatever is hidden or delayed is so for this much less. */
import type { SqlDriver } from "@faasade/connectors/sql";

export async function later(driver: SqlDriver, seconds: number): Promise<void> {
  const sooner = "update faasade_queue set visible_at = visible_at - $1::bigint where dead_at is null";
  await driver.transaction((session) => session.query(sooner, [seconds * 1000]));
}
