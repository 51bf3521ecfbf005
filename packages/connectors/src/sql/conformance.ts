// The one suite of the sql port: what every driver promises, registered as vitest tests.
import { afterAll, beforeAll, describe } from "vitest";
import { testCopy } from "./conformance/copy.ts";
import { testErrors } from "./conformance/errors.ts";
import { testMigrations } from "./conformance/migrations.ts";
import { testOnce } from "./conformance/once.ts";
import { testStreams } from "./conformance/streams.ts";
import { testTransactions } from "./conformance/transactions.ts";
import { testValues } from "./conformance/values.ts";
import type { SqlDriver } from "./driver.ts";

export interface SqlHarness {
  /** A driver over an empty database; called once. */
  open(): Promise<SqlDriver>;
  /** Another driver over the same database; absent where only one may be open. */
  openAnother?(): Promise<SqlDriver>;
  /** After both are closed. */
  stop?(): Promise<void>;
  /** `one`: transactions run one at a time, in the order they were asked for. */
  readonly sessions: "one" | "many";
}

export interface Databases {
  readonly harness: SqlHarness;
  driver(): SqlDriver;
  /** The other driver, or the same where there is no other. */
  other(): SqlDriver;
  /** A table name nobody else uses. */
  newName(): string;
}

export function testSqlDriver(title: string, harness: SqlHarness): void {
  describe(title, () => {
    const drivers: SqlDriver[] = [];
    let names = 0;
    beforeAll(async () => {
      drivers.push(await harness.open());
      if (harness.openAnother !== undefined) drivers.push(await harness.openAnother());
    }, 120_000);
    afterAll(async () => {
      await Promise.all(drivers.map((driver) => driver.close()));
      await harness.stop?.();
    }, 60_000);
    const databases: Databases = {
      harness,
      driver: () => drivers[0]!,
      other: () => drivers.at(-1)!,
      newName() {
        names += 1;
        return `t_${names}`;
      },
    };
    testValues(databases);
    testTransactions(databases);
    testErrors(databases);
    testStreams(databases);
    testCopy(databases);
    testMigrations(databases);
    testOnce(databases);
  });
}
