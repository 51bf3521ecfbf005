// How a transaction begins, the same on every driver.
import type { TransactionOptions } from "./driver.ts";

/** The first statements of a transaction. UTC makes casts between times with and without a zone the same anywhere. */
export function beginScript({ readOnly = false, isolation = "read committed" }: TransactionOptions): string {
  return `begin isolation level ${isolation} ${readOnly ? "read only" : "read write"}; set local time zone 'UTC'`;
}
